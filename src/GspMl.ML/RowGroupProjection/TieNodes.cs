using GspMl.ML.Saving;
using static GspMl.ML.Saving.GraphBuilder;
using static GspMl.Onnx.Proto.TensorProto.Types;

namespace GspMl.ML;

/// <summary>
/// Nodes that meet the sparsity exactly where the largest entries of vectors tie at the multiplier. Every unit vector on such entries is
/// optimal there, so wᵀu may be anything from the norm of their weights to the least of them, and one choice, the same part of the way for
/// every tied vector, meets the target: the rule of <see cref="GspMl.Projection.GspProjector{T}"/>. Values are [rows, vectors, longest or
/// 1].
/// </summary>
internal sealed class TieNodes(GraphBuilder graph, int longest, double target)
{
    private readonly string zero = graph.Constant(graph.FreshName(), [0.0]), one = graph.Constant(graph.FreshName(), [1.0]);

    /// <summary>
    /// 1 for each entry that ties: it has a positive score just below the multiplier, where no entry of its vector has one at it, and is
    /// not alone.
    /// </summary>
    public string Entries(string magnitudes, string scores, string scoresBelow)
    {
        var appears = graph.Node("And", [Positive(scoresBelow), Positive(magnitudes)]);
        var gone = graph.Node("Not", [Positive(graph.Node("ReduceMax", [scores], Integers("axes", 2), Integer("keepdims", 1)))]);
        var mask = graph.Cast(graph.Node("And", [appears, gone]), DataType.Double);
        var several = graph.Node("Greater", [Sum(mask, 2), one]);
        return Times(mask, graph.Cast(several, DataType.Double));
    }

    /// <summary>
    /// The unit vectors: those of the sparser side, but for tied vectors the choice that meets the target, where one does.
    /// </summary>
    public string Resolve(string sparser, string entries, string sparsities, string weights, string norms, string betas, string shares)
    {
        var tied = Positive(Sum(entries, 2));
        var tiedWeights = Times(entries, weights);
        var norm = graph.Node("Where", [tied, graph.Node("Sqrt", [Sum(Times(tiedWeights, tiedWeights), 2)]), one]);
        var candidates = graph.Node("Where", [Positive(entries), weights, graph.Constant(graph.FreshName(), [double.MaxValue])]);
        var least = graph.Node("Where", [tied, graph.Node("ReduceMin", [candidates], Integers("axes", 2), Integer("keepdims", 1)), zero]);

        var fill = Fill(tied, sparsities, Sparsity(norm), Sparsity(least), shares);
        var possible = graph.Node("Not", [graph.Node("Greater", [fill, one])]);
        var chosen = OnArc(tiedWeights, candidates, norm, least, graph.Node("Relu", [fill]));
        return graph.Node("Where", [graph.Node("And", [tied, possible]), chosen, sparser]);

        string Sparsity(string product) => Times(graph.Node("Sub", [norms, product]), betas);
    }

    /// <summary>The part of the way from the least to the most sparsity of the tied vectors that the average needs.</summary>
    private string Fill(string tied, string sparsities, string leastSparsities, string mostSparsities, string shares)
    {
        var others = Average(graph.Node("Where", [tied, zero, sparsities]));
        var least = Average(graph.Node("Where", [tied, leastSparsities, zero]));
        var most = Average(graph.Node("Where", [tied, mostSparsities, zero]));
        var wanted = graph.Node("Sub", [graph.Node("Sub", [graph.Constant(graph.FreshName(), [target]), others]), least]);
        var room = graph.Node("Sub", [most, least]);
        return graph.Node("Div", [wanted, graph.Node("Where", [Positive(room), room, one])]);

        string Average(string values) => Sum(Times(values, shares), 1);
    }

    /// <summary>
    /// u on the arc from the tied weights, normalised, to the one-hot vector at the first least of them, with wᵀu = (1 − fill)·norm +
    /// fill·least.
    /// </summary>
    private string OnArc(string tiedWeights, string candidates, string norm, string least, string fill)
    {
        var product = graph.Node("Add", [Times(graph.Node("Sub", [one, fill]), norm), Times(fill, least)]);
        var cosine = graph.Node("Div", [product, norm]);
        var slope = graph.Node("Div", [least, norm]);
        var extra = graph.Node("Div", [Complement(cosine), Complement(slope)]);
        var share = graph.Node("Div", [graph.Node("Relu", [graph.Node("Sub", [cosine, Times(extra, slope)])]), norm]);
        var first = graph.Node("ArgMin", [candidates], Integer("axis", 2), Integer("keepdims", 1));
        long[] places = [.. Enumerable.Range(0, longest).Select(i => (long)i)];
        var oneHot = graph.Cast(graph.Node("Equal", [first, graph.Constant(graph.FreshName(), places, 1, 1, longest)]), DataType.Double);
        return graph.Node("Add", [Times(share, tiedWeights), Times(extra, oneHot)]);
    }

    /// <summary>√(1 − x²), 0 where rounding made x larger than 1.</summary>
    private string Complement(string value) => graph.Node("Sqrt", [graph.Node("Relu", [graph.Node("Sub", [one, Times(value, value)])])]);

    private string Positive(string values) => graph.Node("Greater", [values, zero]);

    private string Times(string left, string right) => graph.Node("Mul", [left, right]);

    private string Sum(string values, int axis) => graph.Node("ReduceSum", [values], Integers("axes", axis), Integer("keepdims", 1));
}
