using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;
using GspMl.Training.Operators;
using Microsoft.ML.OnnxRuntime;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Training.Forward;

/// <summary>Runs a graph once with all of its tensors put out, to see their shapes.</summary>
internal static class Observation
{
    // Larger tensors that no input reaches are computed anew in every run.
    private const long LargestKept = 1 << 20;

    /// <param name="forward">The model that the graph was made of.</param>
    /// <param name="graph">The graph; its inputs are fed.</param>
    /// <param name="feeds">A batch.</param>
    /// <param name="trained">Stored tensors that will change.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not run it.</exception>
    public static SeenTensors Of(ForwardGraph forward, GraphProto graph, IReadOnlyDictionary<string, OrtValue> feeds,
        IReadOnlyCollection<string> trained)
    {
        var shown = graph.Clone();
        string[] names = [.. graph.Node.SelectMany(node => node.Output).Where(output => output.Length > 0).Distinct()];
        shown.Output.Clear();
        shown.Output.AddRange(names.Select(name => new ValueInfoProto { Name = name }));
        var dependence = new Dependence(graph.Node, graph.Input.Select(input => input.Name).Concat(trained));
        var seen = new Dictionary<string, SeenTensor>();
        foreach (var tensor in graph.Initializer) seen[tensor.Name] = Stored(tensor, trained);
        foreach (var (name, value) in feeds) seen[name] = Seen(value, changes: true, changesShape: false);
        try { Run(forward.Wrap(shown), feeds, names, (name, value) => Note(seen, dependence, name, value)); }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{forward.Path}: the model does not run as it is to be trained: {e.Message}", e);
        }
        return new(seen);
    }

    private static void Run(ModelProto model, IReadOnlyDictionary<string, OrtValue> feeds, string[] names, Action<string, OrtValue> note)
    {
        using var options = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
            EnableCpuMemArena = false,
        };
        using var session = new InferenceSession(model.ToByteArray(), options);
        using var run = new RunOptions();
        using var results = session.Run(run, feeds.Where(feed => session.InputMetadata.ContainsKey(feed.Key)).ToDictionary(), names);
        for (var i = 0; i < names.Length; i++) note(names[i], results[i]);
    }

    private static void Note(Dictionary<string, SeenTensor> seen, Dependence dependence, string name, OrtValue value)
    {
        if (value.IsTensor && value.GetTensorTypeAndShape().ElementDataType != OrtType.String)
            seen[name] = Seen(value, dependence.Changes(name), dependence.ChangesShape(name));
    }

    private static SeenTensor Seen(OrtValue value, bool changes, bool changesShape)
    {
        var info = value.GetTensorTypeAndShape();
        var bytes = !changes && value.GetTensorSizeInBytes() <= LargestKept ? value.GetTensorMutableRawData().ToArray() : null;
        return new((int)info.ElementDataType, info.Shape, bytes, !changesShape);
    }

    private static SeenTensor Stored(TensorProto tensor, IReadOnlyCollection<string> trained)
        => new(tensor.DataType, [.. tensor.Dims], trained.Contains(tensor.Name) ? null : Bytes(tensor));

    private static byte[]? Bytes(TensorProto tensor)
    {
        if (tensor.HasRawData) return tensor.RawData.Length <= LargestKept ? tensor.RawData.ToByteArray() : null;
        return tensor.Int64Data.Count > 0 ? MemoryMarshal.AsBytes<long>(tensor.Int64Data.ToArray()).ToArray()
            : tensor.DataType == (int)TensorProto.Types.DataType.Int32 ? MemoryMarshal.AsBytes<int>(tensor.Int32Data.ToArray()).ToArray()
            : tensor.FloatData.Count > 0 ? MemoryMarshal.AsBytes<float>(tensor.FloatData.ToArray()).ToArray()
            : tensor.Dims.Contains(0) ? [] : null;
    }
}
