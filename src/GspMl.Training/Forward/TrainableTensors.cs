using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Weights;
using GspMl.Training.Operators.Rules;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Forward;

/// <summary>Which stored tensors of a model are parameters: its prunable weights, and biases, scales and shifts.</summary>
internal static class TrainableTensors
{
    // Larger numbers are masks, which switch positions off, and no biases.
    private const float LargestParameter = 1e4f;

    // Those of half precision are trained in single precision, and rounded at the end.
    private static readonly TensorElementType[] Trained =
        [TensorElementType.Float32, TensorElementType.Float16, TensorElementType.BFloat16];

    /// <param name="model">The model.</param>
    /// <param name="graph">Its main graph as it is trained.</param>
    /// <returns>The tensors' names, and those weights that cannot be trained, with the reason.</returns>
    public static (IReadOnlyList<string> Names, IReadOnlyList<SkippedTensor> Left) Find(OnnxModel model, GraphProto graph)
    {
        var stored = graph.Initializer.GroupBy(tensor => tensor.Name).ToDictionary(named => named.Key, named => named.First());
        // In a subgraph, or of a type that is not read; all others are dense here.
        List<SkippedTensor> left = [.. model.Skipped.Where(tensor => tensor.Reason == WeightFinder.StoredSparse)];
        var names = new List<string>();
        foreach (var weight in model.Weights)
        {
            if (Obstacle(weight, stored) is { } reason) left.Add(new(weight.Name, weight.ElementType, weight.Shape, reason));
            else names.Add(weight.Name);
        }
        var constants = model.Weights.Select(weight => weight.Name).ToHashSet();
        names.AddRange(graph.Node.SelectMany(Parameters).Distinct()
            .Where(name => !constants.Contains(name) && stored.TryGetValue(name, out var tensor) && IsParameter(tensor)));
        return (names, left);
    }

    private static string? Obstacle(PrunableWeight weight, Dictionary<string, TensorProto> stored)
        => weight.Use.Dequantization is not null ? "it is quantized"
            : !Trained.Contains(weight.ElementType) ? $"it is stored as {weight.ElementType}"
            : !stored.ContainsKey(weight.Name) ? "it lies in a subgraph or a function" : null;

    /// <summary>What a node reads as its weights, biases, scales and shifts.</summary>
    public static IEnumerable<string> Parameters(NodeProto node)
        => RuleTable.Of(node)?.Parameters.Where(place => place < node.Input.Count).Select(place => node.Input[place]) ?? [];

    /// <summary>More than one number: a single one is a constant of a formula.</summary>
    private static bool IsParameter(TensorProto tensor)
    {
        if (tensor.DataType != (int)Element.Float || !tensor.HasRawData || tensor.RawData.Length <= sizeof(float)) return false;
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        foreach (var value in values)
            if (!(Math.Abs(value) <= LargestParameter)) return false;
        return true;
    }
}
