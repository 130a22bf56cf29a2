using GspMl.Training.Graphs;

namespace GspMl.Training.Operators.Rules;

/// <summary>Matrices in the last two axes, the others broadcast; a vector is a matrix of one row or column.</summary>
internal sealed class MatMulRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["MatMul"];

    public override IReadOnlyList<int> Parameters => [0, 1];

    public override void Write(NodeGradient node)
    {
        var graph = node.Graph;
        var (a, b) = (node.Shape(0).ToArray(), node.Shape(1).ToArray());
        long[] wideA = a.Length == 1 ? [1, a[0]] : a, wideB = b.Length == 1 ? [b[0], 1] : b;
        var batch = Broadcast(wideA[..^2], wideB[..^2]);
        long[] wide = [.. batch, wideA[^2], wideB[^1]];
        var gradient = node.OutputShape().SequenceEqual(wide) ? node.Gradient : graph.Reshape(node.Gradient, wide);
        var (first, second) = (As(graph, node.Input(0), a, wideA), As(graph, node.Input(1), b, wideB));
        if (node.Wants(0))
        {
            var product = graph.MatMul(gradient, graph.TransposeMatrices(second, wideB.Length));
            node.Give(0, As(graph, graph.SumTo(product, [.. batch, wideA[^2], wideA[^1]], wideA), wideA, a));
        }
        if (!node.Wants(1)) return;
        if (wideB.Length == 2 && batch.Length > 0) node.Give(1, As(graph, Flat(graph, first, gradient, wideA, wide), wideB, b));
        else
        {
            var product = graph.MatMul(graph.TransposeMatrices(first, wideA.Length), gradient);
            node.Give(1, As(graph, graph.SumTo(product, [.. batch, wideB[^2], wideB[^1]], wideB), wideB, b));
        }
    }

    /// <summary>One matrix for every batch: all rows of all batches are rows of one product.</summary>
    private static string Flat(GraphWriter graph, string a, string gradient, long[] shape, long[] wide)
        => graph.MatMul(graph.Transpose(graph.Reshape(a, -1, shape[^1]), 1, 0), graph.Reshape(gradient, -1, wide[^1]));

    private static string As(GraphWriter graph, string a, long[] from, long[] to) => from.SequenceEqual(to) ? a : graph.Reshape(a, to);

    private static long[] Broadcast(long[] a, long[] b)
    {
        var rank = Math.Max(a.Length, b.Length);
        return [.. Enumerable.Range(0, rank).Select(axis => Math.Max(Extent(a, axis), Extent(b, axis)))];

        long Extent(long[] shape, int axis) => axis < rank - shape.Length ? 1 : shape[axis - (rank - shape.Length)];
    }
}

/// <summary>α · op(A)·op(B) + β · C.</summary>
internal sealed class GemmRule : GradientRule
{
    public override IReadOnlyList<string> Operators => ["Gemm"];

    public override IReadOnlyList<int> Parameters => [0, 1, 2];

    public override void Write(NodeGradient node)
    {
        var (graph, dy) = (node.Graph, node.Gradient);
        var (alpha, beta) = (node.Node.Number("alpha", 1), node.Node.Number("beta", 1));
        var (transA, transB) = (node.Node.Integer("transA", 0) != 0, node.Node.Integer("transB", 0) != 0);
        if (node.Wants(0))
            node.Give(0, transA ? Product(graph, alpha, node.Input(1), transB, dy, true) : Product(graph, alpha, dy, false, node.Input(1),
                !transB));
        if (node.Wants(1))
            node.Give(1, transB ? Product(graph, alpha, dy, true, node.Input(0), transA) : Product(graph, alpha, node.Input(0), !transA,
                dy, false));
        if (node.Wants(2)) node.GiveSummed(2, graph.Multiply(dy, beta));
    }

    private static string Product(GraphWriter graph, float alpha, string a, bool transA, string b, bool transB)
        => graph.Node("Gemm", [a, b], Attributes.Of("alpha", alpha), Attributes.Of("transA", transA ? 1 : 0),
            Attributes.Of("transB", transB ? 1 : 0));
}
