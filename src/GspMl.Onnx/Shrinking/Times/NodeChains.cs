using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Times;

/// <summary>
/// Nodes that are timed as one: a node, and those behind it that alone read what is before them, element by element or normalising it by
/// stored statistics, as ONNX Runtime fuses them where it can.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="flow">Its channels.</param>
/// <param name="shapes">The shapes of its tensors in a typical run.</param>
/// <param name="stored">Stored tensors by the names that nodes call them.</param>
internal sealed class NodeChains(
    OnnxModel model, ChannelFlow flow, ModelRunShapes shapes, IReadOnlyDictionary<string, TensorLocation> stored)
{
    private readonly GraphProto graph = model.Proto.Graph;
    private readonly Dictionary<string, List<int>> ends = [];

    // What is written anew when channels go (shapes, positions) is not read by what takes time.
    private readonly HashSet<TensorLocation> rewritten =
        [.. flow.Shapes.Uses.Where(use => use.Labels is not null).Select(use => use.Source), .. flow.Indices.Select(use => use.Tensor)];

    /// <summary>
    /// The nodes of each chain. In none are those that work with integers, take shapes from operands, or compute with constants alone.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>> Find()
    {
        var readers = graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name)).CountBy(name => name)
            .ToDictionary();
        var chains = new List<List<int>>();
        foreach (var i in NodeOrder.Of(graph.Node))
        {
            var node = graph.Node[i];
            if (!IsTimed(node)) continue;
            var before = GoesOn(node) ? node.Input.Where(input => ends.ContainsKey(input) && readers[input] == 1)
                .MaxBy(input => ends[input][^1]) : null;
            var chain = before is null ? [] : ends[before];
            if (before is null) chains.Add(chain);
            else ends.Remove(before);
            chain.Add(i);
            if (node.Output.Count == 1) ends[node.Output[0]] = chain;
        }
        return chains;
    }

    private bool GoesOn(NodeProto node) => flow.OperatorOf(node) is { Elementwise: not null } or { Normalization: not null };

    private bool IsTimed(NodeProto node)
        => flow.OperatorOf(node) is not (null or { Constants: ConstantFlowKind.Stored })
            && !node.Attribute.Any(attribute => attribute.G is not null || attribute.Graphs.Count > 0)
            && IsReal(node.Output[0]) && node.Input.Any(input => input.Length > 0 && !flow.IsConstant(input))
            && node.Input.All(input => input.Length == 0 || IsFed(input));

    private bool IsFed(string input)
        => stored.TryGetValue(input, out var tensor) ? StoredElements.SizeOf(tensor.Proto) > 0 && !rewritten.Contains(tensor)
            : IsReal(input);

    private bool IsReal(string name) => shapes.Of(name) is not null && ElementFormat.IsFloatingPoint(shapes.TypeOf(name));
}
