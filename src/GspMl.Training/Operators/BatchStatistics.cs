using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;

namespace GspMl.Training.Operators;

/// <summary>
/// Normalises by the statistics of the batch, as training does: running = momentum · running + (1 − momentum) · batch, which a model that
/// is used normalises by (BatchNormalization of ONNX, in its form of version 14 and later).
/// </summary>
internal static class BatchStatistics
{
    private const string Mode = "training_mode";

    // Operands: input, scale, shift, running mean, running variance.
    private const int Mean = 3;
    private const int Variance = 4;

    /// <summary>Turns every node that has stored statistics of its own to those of the batch, in place.</summary>
    /// <returns>For each stored statistic the tensor that holds what follows it.</returns>
    public static IReadOnlyDictionary<string, string> Apply(GraphWriter graph)
    {
        var stored = graph.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var readers = graph.Graph.Node.SelectMany(node => node.Input).CountBy(name => name).ToDictionary();
        var following = new Dictionary<string, string>();
        foreach (var node in graph.Graph.Node.Where(IsByRunning))
        {
            string[] own = [node.Input[Mean], node.Input[Variance]];
            if (!own.All(name => stored.Contains(name) && readers[name] == 1)) continue;
            while (node.Output.Count > 1) node.Output.RemoveAt(node.Output.Count - 1);
            if (node.Find(Mode) is { } mode) node.Attribute.Remove(mode);
            node.Attribute.Add(Attributes.Of(Mode, 1));
            foreach (var name in own)
            {
                following.Add(name, graph.Fresh("statistic"));
                node.Output.Add(following[name]);
            }
        }
        return following;
    }

    /// <summary>Turns them back, in place, to the running statistics.</summary>
    /// <param name="graph">A graph.</param>
    /// <param name="following">What <see cref="Apply"/> had put out.</param>
    public static void Undo(GraphProto graph, IEnumerable<string> following)
    {
        var names = following.ToHashSet();
        foreach (var node in graph.Node.Where(node => node.Output.Any(names.Contains)))
        {
            while (node.Output.Count > 1) node.Output.RemoveAt(node.Output.Count - 1);
            node.Attribute.Remove(node.Find(Mode)!);
        }
    }

    private static bool IsByRunning(NodeProto node)
        => node.OpType == "BatchNormalization" && OperatorDomain.Of(node.Domain) == OperatorDomain.Onnx && node.Integer(Mode, 0) == 0;
}
