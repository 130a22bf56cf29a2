using Google.Protobuf;
using GspMl.Onnx.Evaluation;
using GspMl.Onnx.Evaluation.Devices;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Writing;

/// <summary>Whether ONNX Runtime computes the same from sparse initializers as from dense ones.</summary>
internal static class SparseCheck
{
    /// <summary>Lets ONNX Runtime unpack every sparse tensor, and runs both forms of the model on the same random inputs where it takes such.</summary>
    /// <exception cref="OnnxModelException">Anything differs.</exception>
    public static void Verify(OnnxModel model, string sparsePath, string name)
    {
        foreach (var (tensor, sparse) in SparseForm.Of(model))
            if (!Unpacked(model, sparse).AsSpan().SequenceEqual(ElementReader.Bytes(model, tensor).Span))
                throw new OnnxModelException($"{name} was not written: ONNX Runtime reads the sparse tensor '{tensor.Name}' differently.");
        using var written = OnnxModel.Load(sparsePath);
        if (RandomInputs(model) is not { } data || Outputs(model, data) is not { } dense) return;
        var difference = ModelEvaluator.Compare(dense, Outputs(written, data) ?? throw new OnnxModelException($"{name} was not written: its sparse form does not run.")).MaxDifference;
        if (difference != 0) throw new OnnxModelException($"{name} was not written: its sparse form computes other values (difference {difference:G3}).");
    }

    /// <summary>The bytes that ONNX Runtime makes of a sparse tensor, in a model that only hands it on.</summary>
    private static byte[] Unpacked(OnnxModel model, SparseTensorProto sparse)
    {
        var probe = new ModelProto { IrVersion = Math.Max(model.Proto.IrVersion, 6), Graph = new() { Name = "probe" } };
        probe.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 13 });
        probe.Graph.SparseInitializer.Add(sparse);
        var node = new NodeProto { OpType = "Identity" };
        node.Input.Add(sparse.Values.Name);
        node.Output.Add("gspml.dense");
        probe.Graph.Node.Add(node);
        probe.Graph.Output.Add(new ValueInfoProto { Name = "gspml.dense", Type = new() { TensorType = new() { ElemType = sparse.Values.DataType } } });
        using var session = new InferenceSession(probe.ToByteArray());
        using var options = new RunOptions();
        using var outputs = session.Run(options, new Dictionary<string, OrtValue>(), session.OutputNames);
        return outputs[0].GetTensorMutableRawData().ToArray();
    }

    /// <summary>One random row for each input; null where an input is no tensor of numbers.</summary>
    private static EvaluationData? RandomInputs(OnnxModel model)
    {
        using var session = ModelSession.Open(model, Device.Cpu);
        var random = new Random(0);
        var inputs = new List<InputTensor>();
        foreach (var (name, input) in session.Session.InputMetadata)
        {
            if (!input.IsTensor || input.ElementDataType == Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.String) return null;
            int[] shape = [.. input.Dimensions.Select(extent => Math.Max(1, extent))];
            var values = new float[shape.Aggregate(1, (product, extent) => checked(product * extent))];
            for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
            inputs.Add(InputTensor.Create(name, values, shape));
        }
        return inputs.Count == 0 ? null : new(inputs);
    }

    private static EvaluationResult? Outputs(OnnxModel model, EvaluationData data)
    {
        try { return ModelEvaluator.Evaluate(model, data, new() { LatencyRuns = 0 }); }
        catch (OnnxModelException) { return null; }
    }
}
