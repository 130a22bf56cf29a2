using GspMl.ML.Saving;
using static GspMl.ML.Saving.GraphBuilder;
using static GspMl.Onnx.Proto.TensorProto.Types;

namespace GspMl.ML;

/// <summary>
/// Nodes for the unit vector u ≥ 0 of scores s: normalise(s₊), or one-hot at the first largest score where none is positive.
/// </summary>
internal static class SparseDirection
{
    public static string Of(GraphBuilder graph, string scores, int axis, int size)
    {
        var kept = graph.Node("Relu", [scores]);
        var squares = graph.Node("ReduceSumSquare", [kept], Integers("axes", axis), Integer("keepdims", 1));
        var any = graph.Node("Greater", [squares, graph.Constant(graph.FreshName(), [0.0])]);
        // Where nothing is left the quotient is taken by 1, not by 0: Where computes both branches.
        var norm = graph.Node("Sqrt", [graph.Node("Where", [any, squares, graph.Constant(graph.FreshName(), [1.0])])]);
        return graph.Node("Where", [any, graph.Node("Div", [kept, norm]), OneHot(graph, scores, axis, size)]);
    }

    private static string OneHot(GraphBuilder graph, string scores, int axis, int size)
    {
        var largest = graph.Node("ArgMax", [scores], Integer("axis", axis), Integer("keepdims", 1));
        long[] places = [.. Enumerable.Range(0, size).Select(i => (long)i)];
        var shape = Enumerable.Repeat(1L, axis + 1).ToArray();
        shape[axis] = size;
        return graph.Cast(graph.Node("Equal", [largest, graph.Constant(graph.FreshName(), places, shape)]), DataType.Double);
    }
}
