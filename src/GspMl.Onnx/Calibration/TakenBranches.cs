using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Branches that all calibration rows take, as where a sampling rate decides between two nets: their nodes stand in the main graph of a
/// <see cref="WorkingModel"/>, so that the layers in them can be calibrated like any others.
/// </summary>
internal sealed class TakenBranches
{
    private static readonly bool[] Conditions = [true, false];

    private readonly Dictionary<string, bool> conditions = [];

    /// <summary>None.</summary>
    public static TakenBranches None { get; } = new();

    /// <summary>
    /// The branches with layers that all rows take, those inside of them too. Costs one run up to each condition.
    /// </summary>
    public static TakenBranches Of(OnnxModel model, CalibrationInputs inputs, CancellationToken cancel)
    {
        var taken = new TakenBranches();
        if (!model.Proto.Graph.Node.Any(Branching.Is)) return taken;
        var seen = new HashSet<string>();
        while (true)
        {
            var working = new WorkingModel(model, taken);
            var open = working.Nodes.Where(node => Branching.Is(node) && HoldsLayers(node) && seen.Add(node.Output[0])).ToList();
            if (open.Count == 0) return taken;
            foreach (var node in open)
                if (Condition(working, node.Input[0], inputs, cancel) is { } condition) taken.conditions.Add(node.Output[0], condition);
        }
    }

    /// <summary>Puts the taken branches' nodes and tensors in the place of the nodes that chose them.</summary>
    public void Unfold(GraphProto graph)
    {
        if (conditions.Count == 0) return;
        var nodes = graph.Node.ToList();
        graph.Node.Clear();
        foreach (var node in nodes) Unfold(graph, node);
    }

    private void Unfold(GraphProto graph, NodeProto node)
    {
        if (node.Output.Count == 0 || !conditions.TryGetValue(node.Output[0], out var condition)
            || Branching.Taken(node, condition) is not { } branch)
        {
            graph.Node.Add(node);
            return;
        }
        graph.Initializer.AddRange(branch.Initializer);
        foreach (var inner in branch.Node) Unfold(graph, inner);
        graph.Node.AddRange(branch.Output.Zip(node.Output, (from, to) => Branching.Renaming(from.Name, to)));
    }

    private static bool HoldsLayers(NodeProto node)
        => Conditions.Any(condition => Branching.Taken(node, condition)?.Node.Any(inner
            => OperatorTable.Of(inner)?.Product is { IsRefitted: true } || (Branching.Is(inner) && HoldsLayers(inner))) ?? false);

    /// <summary>What the condition is for all rows; null where rows differ.</summary>
    private static bool? Condition(WorkingModel working, string tensor, CalibrationInputs inputs, CancellationToken cancel)
    {
        using var stream = new ActivationStream(working, inputs.All());
        stream.Advance([tensor], cancel);
        var found = Enumerable.Range(0, stream.Batches).Select(batch => stream[batch, tensor].GetTensorDataAsSpan<bool>()[0]).Distinct();
        return found.ToList() is [var only] ? only : null;
    }
}
