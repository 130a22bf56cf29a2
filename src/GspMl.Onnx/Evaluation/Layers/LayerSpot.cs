using GspMl.Onnx.Calibration;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Evaluation.Layers;

/// <summary>A node of the main graph that reads a prunable weight.</summary>
/// <param name="Weight">The weight.</param>
/// <param name="Name">The node's name.</param>
/// <param name="Place">The node's place in the graph; −1 where it lies in a subgraph or function.</param>
/// <param name="Inputs">The tensors that it reads and that depend on the model's input.</param>
/// <param name="Output">The first tensor that it puts out.</param>
internal sealed record LayerSpot(PrunableWeight Weight, string Name, int Place, IReadOnlyList<string> Inputs, string Output)
{
    /// <summary>Whether it can be run on its own.</summary>
    public bool IsReached => Place >= 0 && Inputs.Count > 0;

    /// <summary>The layers of a model in the order of its nodes, those inside subgraphs last.</summary>
    public static IReadOnlyList<LayerSpot> Of(OnnxModel model, WorkingModel working)
    {
        var places = Enumerable.Range(0, working.Nodes.Count).GroupBy(node => TensorIndex.NodeName(working.Nodes[node]))
            .ToDictionary(named => named.Key, named => named.ToList());
        return [.. model.Weights.SelectMany(weight => weight.Nodes.Distinct()
            .SelectMany(name => Of(working, weight, name, places.GetValueOrDefault(name) ?? [])))
            .OrderBy(spot => spot.Place < 0 ? int.MaxValue : spot.Place)];
    }

    private static IEnumerable<LayerSpot> Of(WorkingModel working, PrunableWeight weight, string name, List<int> places)
    {
        if (places.Count != 1) return [new(weight, name, -1, [], "")];
        NodeProto node = working.Nodes[places[0]];
        return [new(weight, name, places[0], [.. working.ReadsOf(places[0]).Where(tensor => !working.IsConstant(tensor))],
            node.Output.First(output => output.Length > 0))];
    }
}
