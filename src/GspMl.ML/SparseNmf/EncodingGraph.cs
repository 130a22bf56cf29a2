using GspMl.ML.Saving;
using static GspMl.ML.Saving.GraphBuilder;
using static GspMl.Onnx.Proto.TensorProto.Types;

namespace GspMl.ML;

/// <summary>
/// The encoding as a graph: the modulus iteration of <see cref="EncodingProblem"/> in double, in a Loop whose body makes several steps,
/// until no coefficient of any row moves any more.
/// </summary>
internal sealed class EncodingGraph(SparseNmfModel model, EncodingProblem problem) : FittedGraph
{
    public const string ComponentName = "SparseNmf", BasisName = "gspml.basis";
    private const int StepsInBody = 16;         // a Loop's turn costs about as much as three steps
    private const double Accuracy = 1e-7;       // of the row's largest coefficient; a float has 6e-8

    public override string Component => ComponentName;

    public override IReadOnlyList<GraphColumn> Inputs { get; } = [new(model.Input, model.Basis.Rows, model.SlotNames)];

    public override IReadOnlyList<GraphColumn> Outputs { get; } = [new(model.Output, model.Basis.Columns, model.ComponentNames)];

    protected override IEnumerable<(string Key, string Value)> Settings =>
    [
        ("relative-error", Number(model.RelativeError)),
        ("sparsity", Number(model.Sparsity)),
        ("iterations", Number(model.Iterations)),
        ("ridge", Number(problem.Ridge)),
        ("encoding-iterations", Number(problem.MostIterations)),
    ];

    protected override string[] Compute(GraphBuilder graph, string[] inputs)
    {
        var rank = model.Basis.Columns;
        var (resolvent, step) = problem.Matrices();
        var basis = graph.Cast(graph.Constant(BasisName, model.Basis.Values, model.Basis.Rows, rank), DataType.Double);
        var products = graph.Node("MatMul", [inputs[0], basis]);
        var constant = graph.Node("MatMul", [products, graph.Constant("gspml.resolvent", resolvent, rank, rank)]);
        var stepMatrix = graph.Constant("gspml.step", step, rank, rank);

        var loop = new Onnx.Proto.NodeProto { OpType = "Loop", Name = "encode" };
        var turns = (problem.MostIterations / StepsInBody) + 1;
        loop.Input.Add([graph.Constant("gspml.turns", [(long)turns]), graph.Constant("gspml.start", true), constant]);
        loop.Output.Add(graph.FreshName());
        loop.Attribute.Add(Subgraph("body", Body(graph, stepMatrix, constant, rank)));
        graph.Graph.Node.Add(loop);
        return [graph.Node("Mul", [graph.Node("Relu", [loop.Output[0]]), graph.Constant("gspml.two", [2.0])])];
    }

    private GraphBuilder Body(GraphBuilder graph, string stepMatrix, string constant, int rank)
    {
        var body = graph.Body("steps");
        body.Input(body.FreshName(), DataType.Int64);
        body.Input(body.FreshName(), DataType.Bool);
        var now = body.Input(body.FreshName(), DataType.Double, "rows", rank);
        var before = now;
        for (var i = 0; i < StepsInBody; i++)
        {
            before = now;
            now = body.Node("Add", [body.Node("MatMul", [body.Node("Abs", [before]), stepMatrix]), constant]);
        }
        body.Output(Moves(body, before, now), DataType.Bool);
        body.Output(now, DataType.Double, "rows", rank);
        return body;
    }

    /// <summary>
    /// Whether a row's last step was so long that the rest of the way, step/(1 − q) at most for a contraction q, may still matter beside
    /// its coefficients 2w₊. Entries of w below 0 are multipliers of another scale: they count for little, so that a row without
    /// coefficients ends too.
    /// </summary>
    private string Moves(GraphBuilder body, string before, string now)
    {
        var accuracy = (1 - problem.Contraction) * Accuracy;
        var step = LargestOfRow(body, body.Node("Abs", [body.Node("Sub", [now, before])]));
        var coefficients = body.Node("Mul", [LargestOfRow(body, body.Node("Relu", [now])), body.Constant(body.FreshName(), [accuracy])]);
        var entries = LargestOfRow(body, body.Node("Abs", [now]));
        var multipliers = body.Node("Mul", [entries, body.Constant(body.FreshName(), [1e-6 * accuracy])]);
        var excess = body.Node("Sub", [step, body.Node("Add", [coefficients, multipliers])]);
        return body.Node("Greater", [body.Node("ReduceMax", [excess], Integer("keepdims", 0)), body.Constant(body.FreshName(), [0.0], [])]);
    }

    private static string LargestOfRow(GraphBuilder body, string values) =>
        body.Node("ReduceMax", [values], Integers("axes", 1), Integer("keepdims", 1));
}
