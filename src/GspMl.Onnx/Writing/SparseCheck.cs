using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tensors;
using GspMl.Onnx.Weights;
using GspMl.Onnx.Wire;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Writing;

/// <summary>Whether ONNX Runtime computes the same from sparse initializers as from dense ones.</summary>
internal static class SparseCheck
{
    // What takes longer on one row is not compared; a loop may have no end.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Lets ONNX Runtime unpack every sparse tensor, and runs both forms of the model on the same random inputs, where it takes such, ends
    /// in time and draws no numbers itself.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="sparsePath">Its sparse form as written.</param>
    /// <param name="densePath">Its dense form as written.</param>
    /// <param name="name">What the message calls it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="OnnxModelException">Anything differs.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Verify(ModelContent model, string sparsePath, string densePath, string name, CancellationToken cancel = default)
    {
        // Of several tensors of one name none is the one.
        var sources = model.Proto.Graph.Initializer.GroupBy(tensor => tensor.Name).Where(group => group.Count() == 1)
            .ToDictionary(group => group.Key, group => model.Locate(group.Single()));
        foreach (var sparse in Stored(sparsePath))
            if (sources.TryGetValue(sparse.Values.Name, out var tensor)
                && !Unpacked(sparse).AsSpan().SequenceEqual(model.Elements.Bytes(tensor).Span))
                throw new OnnxModelException($"{name} was not written: ONNX Runtime reads the sparse tensor '{tensor.Name}' differently.");
        if (Outputs(densePath, cancel, out _) is not { } dense) return;
        var written = Outputs(sparsePath, cancel, out var wasStopped);
        if (wasStopped) return;
        if (written is null) throw new OnnxModelException($"{name} was not written: its sparse form does not run.");
        var difference = Difference(dense, written);
        if (difference == 0 || IsRandom(densePath, dense, cancel)) return;
        throw new OnnxModelException($"{name} was not written: its sparse form computes other values (difference {difference:G3}).");
    }

    /// <summary>Whether a model differs from itself, since it draws numbers.</summary>
    private static bool IsRandom(string path, Dictionary<string, float[]> outputs, CancellationToken cancel)
        => Outputs(path, cancel, out _) is not { } again || Difference(outputs, again) != 0;

    /// <summary>The sparse initializers of a file's main graph, one at a time.</summary>
    private static IEnumerable<SparseTensorProto> Stored(string path)
    {
        using IDisposable mapped = new MappedFile(path);
        var bytes = ((MappedFile)mapped).Memory;
        foreach (var sparse in WireMessage.Scan(bytes.Span).Child(OnnxField.ModelGraph).ChildrenOf(OnnxField.GraphSparseInitializer))
            yield return SparseTensorProto.Parser.ParseFrom(bytes.Span[sparse.Field.BodyStart..sparse.Field.End]);
    }

    /// <summary>The bytes that ONNX Runtime makes of a sparse tensor, in a model that only hands it on.</summary>
    private static byte[] Unpacked(SparseTensorProto sparse)
    {
        var output = $"{sparse.Values.Name}, dense";
        var probe = new ModelProto { IrVersion = 8, Graph = new() { Name = "probe" } };
        probe.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 13 });
        probe.Graph.SparseInitializer.Add(sparse);
        var node = new NodeProto { OpType = ElementwiseOperators.Identity.Name };
        node.Input.Add(sparse.Values.Name);
        node.Output.Add(output);
        probe.Graph.Node.Add(node);
        probe.Graph.Output.Add(new ValueInfoProto
        {
            Name = output,
            Type = new() { TensorType = new() { ElemType = sparse.Values.DataType } }
        });
        using var sessionOptions = NativeRuntime.CheckOptions();
        using var session = new InferenceSession(probe.ToByteArray(), sessionOptions);
        using var options = new RunOptions();
        using var outputs = session.Run(options, new Dictionary<string, OrtValue>(), session.OutputNames);
        return outputs[0].GetTensorMutableRawData().ToArray();
    }

    /// <summary>The numeric outputs for one random row; null where the model does not run on one, or not in time.</summary>
    private static Dictionary<string, float[]>? Outputs(string path, CancellationToken cancel, out bool wasStopped)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        stop.CancelAfter(Patience);
        var inputs = new Dictionary<string, OrtValue>();
        try
        {
            using var sessionOptions = NativeRuntime.CheckOptions();
            using var session = new InferenceSession(path, sessionOptions);
            if (!AddRandom(session, inputs)) return null;
            using var options = new RunOptions();
            using var registration = stop.Token.Register(() => options.Terminate = true);
            using var outputs = session.Run(options, inputs, session.OutputNames);
            return session.OutputNames.Zip(outputs, (name, value) => (name, Values: TensorConversion.ToFloats(value)))
                .Where(output => output.Values is not null).ToDictionary(output => output.name, output => output.Values!);
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException)
        {
            cancel.ThrowIfCancellationRequested();
            return null;
        }
        finally
        {
            wasStopped = stop.IsCancellationRequested;
            foreach (var value in inputs.Values) value.Dispose();
        }
    }

    /// <summary>One random row for each input, the same whenever asked; false where one is no tensor, or all are too large.</summary>
    /// <exception cref="NotSupportedException">An input is of a type that is not made up.</exception>
    private static bool AddRandom(InferenceSession session, Dictionary<string, OrtValue> inputs)
    {
        var (random, size) = (new Random(0), new MadeUpSize());
        foreach (var (name, input) in session.InputMetadata)
        {
            if (!input.IsTensor) return false;
            int[] shape = [.. input.Dimensions.Select(extent => Math.Max(1, extent))];
            if (!size.Fits(shape.Select(extent => (long)extent))) return false;
            var values = new float[shape.Aggregate(1, (product, extent) => product * extent)];
            for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
            inputs[name] = TensorConversion.ToOrtValue(values, 0, values.Length, shape, input.ElementDataType);
        }
        return true;
    }

    /// <summary>The largest difference of two models' outputs.</summary>
    private static double Difference(Dictionary<string, float[]> dense, Dictionary<string, float[]> sparse)
        => dense.Select(output => Difference(output.Value, sparse.GetValueOrDefault(output.Key))).Aggregate(0.0, Math.Max);

    /// <summary>The largest difference of two values; NaN where one of them is.</summary>
    private static double Difference(float[] dense, float[]? sparse)
        => sparse?.Length == dense.Length ? dense.Zip(sparse, (a, b) => a.Equals(b) ? 0.0 : Math.Abs((double)a - b))
            .Aggregate(0.0, Math.Max) : double.PositiveInfinity;
}
