using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Calibration;

/// <summary>A net that holds two, of which a scalar input chooses one: y = Relu(x·a + 3) where rate is 16, else y = x·b.</summary>
public class TakenBranchesTests
{
    [Theory]
    [InlineData(16, "a", "b")]
    [InlineData(8, "b", "a")]
    public void Layers_of_the_branch_that_all_rows_take_are_fitted(long rate, string taken, string other)
    {
        using var folder = new TemporaryFolder();
        using var model = Model(folder);
        var data = Data(rate);
        var result = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.5), data));
        using var pruned = result.Model;
        Assert.Contains("reconstructed", Reason(result.Report, taken));
        Assert.Contains("lies in a subgraph", Reason(result.Report, other));
        Assert.True(Change(model, pruned, data) < 0.9 * ChangeByMagnitude(model, data));
    }

    /// <summary>Names need to differ within a graph alone: here both branches have the same ones.</summary>
    [Fact]
    public void A_layer_of_the_other_branch_is_not_taken_for_its_namesake()
    {
        using var folder = new TemporaryFolder();
        using var model = Model(folder, namesakes: true);
        var result = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.5), Data(16)));
        using var pruned = result.Model;
        Assert.Contains("reconstructed", result.Report.Layers.Single(layer => layer.Weight.Name.Contains("then_branch")).Reason);
        Assert.Contains("lies in a subgraph", result.Report.Layers.Single(layer => layer.Weight.Name.Contains("else_branch")).Reason);
        Assert.True(Change(model, pruned, Data(16)) < 0.9 * ChangeByMagnitude(model, Data(16)));
    }

    [Fact]
    public void What_a_level_costs_is_measured_in_the_branch()
    {
        using var folder = new TemporaryFolder();
        using var model = Model(folder);
        var report = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.5), Data(16))).Report;
        Assert.True(report.Layers.Single(layer => layer.Weight.Name.EndsWith('a')).Levels[^1].Change > 0.05);
    }

    /// <summary>Here the first number of the rows decides, and batches differ.</summary>
    [Fact]
    public void Branches_that_rows_choose_apart_stay_subgraphs()
    {
        using var folder = new TemporaryFolder();
        using var model = Model(folder, graph => graph
            .Node("ReduceMax", ["x"], ["top"], GraphBuilder.Attribute("keepdims", 0L)).Initializer(GraphBuilder.Floats("limit", [50], []))
            .Node("Greater", ["top", "limit"], ["is"]));
        float[] rows = GraphBuilder.Random(1600, 3);
        rows[0] = 100;
        var data = new EvaluationData([InputTensor.Create("x", rows, 200, 8), InputTensor.Create("rate", [16L], 1).AsConstant()]);
        var report = ModelPruner.Prune(model, PruningOptions.Accurate(SparsityTarget.Zeros(0.5), data)).Report;
        Assert.All(report.Layers, layer => Assert.Contains("lies in a subgraph", layer.Reason));
    }

    private static OnnxModel Model(TemporaryFolder folder, Func<GraphBuilder, GraphBuilder>? decide = null, bool namesakes = false)
    {
        var (then, other) = (Fitted(), namesakes ? Fitted() : Plain());
        decide ??= graph => graph.Initializer(GraphBuilder.Integers("wanted", 16)).Node("Equal", ["rate", "wanted"], ["are"])
            .Node("Squeeze", ["are"], ["is"]);
        return OnnxModel.Load(decide(new GraphBuilder().Input("x", "n", 8).Input("rate", TensorProto.Types.DataType.Int64, 1)
            .Output("y", "n", 6))
            .Node("If", ["is"], ["y"], GraphBuilder.Attribute("then_branch", then), GraphBuilder.Attribute("else_branch", other))
            .Save(folder["model.onnx"]));
    }

    private static GraphProto Fitted() => new()
    {
        Name = "then",
        Initializer = { GraphBuilder.Floats("a", GraphBuilder.Random(48), 8, 6), GraphBuilder.Floats("c", [3, 3, 3, 3, 3, 3], 6) },
        Node =
        {
            GraphBuilder.MakeNode("Gemm", ["x", "a", "c"], ["h"]),
            GraphBuilder.MakeNode("Relu", ["h"], ["yes"]),
        },
        Output = { GraphBuilder.Value("yes", TensorProto.Types.DataType.Float, "n", 6) },
    };

    private static GraphProto Plain() => new()
    {
        Name = "else",
        Initializer = { GraphBuilder.Floats("b", GraphBuilder.Random(48, 2), 8, 6) },
        Node = { GraphBuilder.MakeNode("MatMul", ["x", "b"], ["no"]) },
        Output = { GraphBuilder.Value("no", TensorProto.Types.DataType.Float, "n", 6) },
    };

    /// <summary>Rows whose entries go together in pairs, so that there is something to make up for.</summary>
    private static EvaluationData Data(long rate)
    {
        var (rows, noise) = (GraphBuilder.Random(1600, 3), GraphBuilder.Random(1600, 4));
        for (var i = 1; i < rows.Length; i += 2) rows[i] = rows[i - 1] + (0.3f * noise[i]);
        return new([InputTensor.Create("x", rows, 200, 8), InputTensor.Create("rate", [rate], 1).AsConstant()]);
    }

    private static string Reason(PruningReport report, string weight)
        => report.Layers.Single(layer => layer.Weight.Name.EndsWith(weight)).Reason!;

    private static double ChangeByMagnitude(OnnxModel model, EvaluationData data)
    {
        using var pruned = ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(0.5))).Model;
        return Change(model, pruned, data);
    }

    private static double Change(OnnxModel dense, OnnxModel pruned, EvaluationData data)
    {
        var (before, after) = (Values(dense), Values(pruned));
        return Math.Sqrt(before.Zip(after, (b, a) => Math.Pow(b - a, 2)).Sum() / before.Sum(b => b * b));
        float[] Values(OnnxModel of) => [.. ModelEvaluator.Evaluate(of, data, new() { LatencyRuns = 0 }).Outputs[0].Values];
    }
}
