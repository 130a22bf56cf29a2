using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;
using GspMl.Training.Operators;
using GspMl.Training.Operators.Rules;

namespace GspMl.Training.Gradients;

/// <summary>
/// Writes the gradient of a number behind the nodes that compute it: from the last node to the first, each by its rule. Where a node has
/// none, the gradients of all that it reads are unknown, and so are those of everything before: nothing is guessed.
/// </summary>
internal sealed class GradientGraph
{
    private readonly GraphWriter graph;
    private readonly SeenTensors seen;
    private readonly HashSet<string> reached = [];
    private readonly Dictionary<string, List<string>> parts = [];
    private readonly Dictionary<string, string> unknown = [];

    private GradientGraph(GraphWriter graph, SeenTensors seen) => (this.graph, this.seen) = (graph, seen);

    /// <summary>The gradient of each wanted tensor that has one.</summary>
    public IReadOnlyDictionary<string, string> Gradients { get; private set; } = new Dictionary<string, string>();

    /// <summary>Why each of the others has none.</summary>
    public IReadOnlyDictionary<string, string> Unknown { get; private set; } = new Dictionary<string, string>();

    /// <summary>Appends the gradient to a graph.</summary>
    /// <param name="graph">The graph, with all that computes the loss.</param>
    /// <param name="seen">Its tensors as a run showed them.</param>
    /// <param name="loss">A single number.</param>
    /// <param name="wanted">Stored tensors of the main graph.</param>
    public static GradientGraph Append(GraphWriter graph, SeenTensors seen, string loss, IReadOnlyCollection<string> wanted)
    {
        var gradient = new GradientGraph(graph, seen);
        var nodes = graph.Graph.Node.ToList();
        gradient.Reach(nodes, wanted);
        gradient.parts[loss] = [graph.Scalar(1)];
        for (var i = nodes.Count - 1; i >= 0; i--) gradient.Pass(nodes[i]);
        gradient.Finish(wanted);
        return gradient;
    }

    /// <summary>Everything that changes with a wanted tensor.</summary>
    private void Reach(List<NodeProto> nodes, IReadOnlyCollection<string> wanted)
    {
        reached.UnionWith(wanted);
        foreach (var node in nodes)
            if (NodeReads.Of(node).Any(reached.Contains)) reached.UnionWith(node.Output.Where(output => output.Length > 0));
    }

    private void Pass(NodeProto node)
    {
        if (!node.Output.Any(reached.Contains)) return;
        if (node.Output.FirstOrDefault(unknown.ContainsKey) is { } behind)
        {
            Lose(node, unknown[behind]);
            return;
        }
        var gradients = node.Output.Select(Sum).ToList();
        if (gradients.All(gradient => gradient is null)) return;
        if (RuleTable.Of(node) is not { } rule) Lose(node, $"{Name(node)} has no gradient rule");
        else Write(node, rule, gradients);
    }

    private void Write(NodeProto node, GradientRule rule, IReadOnlyList<string?> gradients)
    {
        var local = new NodeGradient(node, graph, seen, gradients, [.. node.Input.Select(reached.Contains)]);
        try { rule.Write(local); }
        catch (NoGradientException e)
        {
            Lose(node, $"{Name(node)} has no gradient: {e.Message}");
            return;
        }
        for (var i = 0; i < local.Found.Count; i++)
            if (local.Found[i] is { } found) Part(node.Input[i]).Add(found);
    }

    /// <summary>The gradients of all that the node reads are unknown from here on, whatever else reads it.</summary>
    private void Lose(NodeProto node, string reason)
    {
        foreach (var read in NodeReads.Of(node).Where(reached.Contains)) unknown.TryAdd(read, reason);
    }

    private string? Sum(string tensor)
    {
        if (!parts.TryGetValue(tensor, out var found)) return null;
        if (found.Count > 1) parts[tensor] = found = [graph.Sum(found)];
        return found[0];
    }

    private List<string> Part(string tensor) => parts.TryGetValue(tensor, out var list) ? list : parts[tensor] = [];

    private void Finish(IReadOnlyCollection<string> wanted)
    {
        Gradients = wanted.Where(name => !unknown.ContainsKey(name)).Select(name => (name, sum: Sum(name)))
            .Where(pair => pair.sum is not null).ToDictionary(pair => pair.name, pair => pair.sum!);
        Unknown = wanted.Where(name => !Gradients.ContainsKey(name))
            .ToDictionary(name => name, name => unknown.GetValueOrDefault(name, "no output depends on it by a gradient"));
    }

    private static string Name(NodeProto node) => node.Name.Length > 0 ? $"{node.OpType} '{node.Name}'"
        : $"{node.OpType} of '{node.Output[0]}'";
}
