using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Operators;

/// <summary>
/// The order in which nodes can run. ONNX wants a graph's nodes to stand in such an order; ONNX Runtime runs them in whatever order they
/// stand.
/// </summary>
internal static class NodeOrder
{
    /// <summary>
    /// The places of the nodes of a graph, each behind all that it reads; of those that could be next the first. As they stand where that
    /// is in order, or where they read each other in a circle. O(nodes · log nodes + inputs).
    /// </summary>
    public static IReadOnlyList<int> Of(IReadOnlyList<NodeProto> nodes)
    {
        var producers = new Dictionary<string, int>();
        for (var i = 0; i < nodes.Count; i++)
            foreach (var output in nodes[i].Output) producers.TryAdd(output, i);
        int[][] before = [.. nodes.Select(node => NodeReads.Of(node).Distinct()
            .Select(name => producers.GetValueOrDefault(name, -1)).Where(place => place >= 0).ToArray())];
        int[] standing = [.. Enumerable.Range(0, before.Length)];
        return before.Index().All(node => node.Item.All(place => place < node.Index)) ? standing : Sorted(before) ?? standing;
    }

    /// <summary>Kahn's algorithm; null where there is a circle.</summary>
    private static int[]? Sorted(int[][] before)
    {
        int[] open = [.. before.Select(places => places.Length)];
        var behind = before.SelectMany((places, node) => places.Select(place => (place, node)))
            .ToLookup(pair => pair.place, pair => pair.node);
        var ready = new PriorityQueue<int, int>(open.Index().Where(node => node.Item == 0).Select(node => (node.Index, node.Index)));
        var order = new List<int>(before.Length);
        while (ready.TryDequeue(out var place, out _))
        {
            order.Add(place);
            foreach (var node in behind[place])
                if (--open[node] == 0) ready.Enqueue(node, node);
        }
        return order.Count == before.Length ? [.. order] : null;
    }
}
