using GspMl.Onnx.Calibration;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Rewriting;

/// <summary>
/// The tensors that need exist in transposed layout alone: outputs of layers in that layout, and what elementwise operators make of them,
/// where nothing else reads them.
/// </summary>
internal sealed class TransposedTensors
{
    private readonly WorkingModel model;
    private readonly Dictionary<NodeProto, ColumnLayer> layers = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<NodeProto> folded = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> tensors = [];
    private readonly Dictionary<string, int> lengths = [];
    private readonly Dictionary<string, string> roots = [];

    /// <param name="model">The model.</param>
    /// <param name="layers">Its layers in transposed layout.</param>
    /// <param name="rank">The number of axes of a tensor.</param>
    public TransposedTensors(WorkingModel model, IReadOnlyList<ColumnLayer> layers, Func<string, int> rank)
    {
        this.model = model;
        foreach (var layer in layers)
        {
            this.layers[layer.Node] = layer;
            if (layer.Folded is { } sum) folded.Add(sum);
        }
        Grow(rank);
        while (tensors.RemoveWhere(tensor => !IsInner(tensor)) > 0) { }
    }

    public bool Contains(string tensor) => tensors.Contains(tensor);

    /// <summary>The entries of a vector beside such tensors.</summary>
    public int VectorLength(string constant)
        => lengths[model.Readers(constant).SelectMany(reader => model.Nodes[reader].Output).First(tensors.Contains)];

    /// <summary>
    /// The layers' outputs, and all that elementwise operators can make of them. Tensors that are joined come of one tensor, so that they
    /// have the same positions.
    /// </summary>
    private void Grow(Func<string, int> rank)
    {
        foreach (var node in model.Nodes)
        {
            if (layers.TryGetValue(node, out var layer))
                Note(layer.Output, layer.Sets.Shape.Filters, roots.GetValueOrDefault(layer.Input, layer.Input));
            if (layers.ContainsKey(node) || folded.Contains(node) || !IsElementwise(node)) continue;
            var sources = node.Input.Where(tensors.Contains).ToList();
            if (sources.Count == 0 || rank(node.Output[0]) != rank(sources[0])) continue;
            if (sources.All(source => (lengths[source], roots[source]) == (lengths[sources[0]], roots[sources[0]])))
                Note(node.Output[0], lengths[sources[0]], roots[sources[0]]);
        }
    }

    private void Note(string tensor, int length, string root)
    {
        tensors.Add(tensor);
        (lengths[tensor], roots[tensor]) = (length, root);
    }

    private bool IsInner(string tensor)
    {
        if (model.Outputs.Contains(tensor)) return false;
        var producer = model.Nodes[model.Producer(tensor)];
        var isMade = layers.ContainsKey(producer) || folded.Contains(producer)
            || producer.Input.All(input => input.Length == 0 || tensors.Contains(input) || IsBroadcast(input, lengths[tensor]));
        var readers = model.Readers(tensor).ToList();
        return isMade && readers.Count > 0 && readers.All(reader => Takes(model.Nodes[reader], tensor));
    }

    private bool Takes(NodeProto reader, string tensor)
        => layers.ContainsKey(reader) ? reader.Input[0] == tensor && reader.Input.Skip(1).All(input => input != tensor)
            : !folded.Contains(reader) && reader.Output.Count > 0 && tensors.Contains(reader.Output[0]);

    private bool IsBroadcast(string input, int length)
        => ConstantVector.IsScalar(model, input) || ConstantVector.Of(model, input, length) is not null;

    private static bool IsElementwise(NodeProto node) => node.Output.Count == 1 && OperatorTable.Of(node) is { IsActivation: true };
}
