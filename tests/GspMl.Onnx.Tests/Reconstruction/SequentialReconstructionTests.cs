using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Reconstruction;

public class SequentialReconstructionTests
{
    /// <summary>y = h + h·B with h = x·A: whatever A loses on the skip, a B that keeps all its weights can put right.</summary>
    [Fact]
    public void A_layer_makes_up_for_what_pruning_changed_on_its_skip()
    {
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", "n", 6).Output("y", "n", 6).Output("h", "n", 6)
            .Initializer(GraphBuilder.Floats("a", GraphBuilder.Random(36), 6, 6))
                .Initializer(GraphBuilder.Floats("b", GraphBuilder.Random(36, 2), 6, 6))
            .Node("MatMul", ["x", "a"], ["h"]).Node("MatMul", ["h", "b"], ["i"]).Node("Add", ["h", "i"], ["y"]).Save(folder["model.onnx"]));
        var data = new EvaluationData([InputTensor.Create("x", GraphBuilder.Random(1200, 3), 200, 6)]);
        using var pruned = ModelPruner.Prune(model, new()
        {
            Target = SparsityTarget.Zeros(0.4),
            LayerTargets = [new("b", SparsityTarget.Zeros(0))],
            Allocation = SparsityAllocation.Uniform,
            Values = WeightValues.Reconstructed,
            Calibration = data,
            Reconstruction = new() { Ridge = 1e-7 },
        }).Model;
        Assert.True(Change(model, pruned, data, output: 1) > 0.05);
        Assert.True(Change(model, pruned, data, output: 0) < 1e-3);
    }

    /// <summary>y = Relu(x·A + c), most of it zero: what lies below zero need not be fitted.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_layer_is_fitted_to_what_its_activation_lets_through(bool isStaged)
    {
        var score = isStaged ? WeightScore.Saliency : WeightScore.Magnitude;
        using var folder = new TemporaryFolder();
        using var model = OnnxModel.Load(new GraphBuilder().Input("x", "n", 8).Output("y", "n", 6)
            .Initializer(GraphBuilder.Floats("a", GraphBuilder.Random(48), 8, 6))
                .Initializer(GraphBuilder.Floats("c", [.. Enumerable.Repeat(-1f, 6)], 6))
            .Node("MatMul", ["x", "a"], ["h"]).Node("Add", ["h", "c"], ["i"]).Node("Relu", ["i"], ["y"]).Save(folder["model.onnx"]));
        var data = new EvaluationData([InputTensor.Create("x", GraphBuilder.Random(4000, 3), 500, 8)]);
        Assert.True(Error(rounds: 5) < 0.97 * Error(rounds: 0), $"{Error(rounds: 5)} {Error(rounds: 0)}");

        double Error(int rounds)
        {
            using var pruned = ModelPruner.Prune(model, new()
            {
                Target = SparsityTarget.Zeros(0.5),
                Allocation = SparsityAllocation.Uniform,
                Score = score,
                Values = WeightValues.Reconstructed,
                Calibration = data,
                Reconstruction = new() { Ridge = 1e-6, ActivationRounds = rounds, VariedCopies = 0 },
            }).Model;
            return Change(model, pruned, data, output: 0);
        }
    }

    /// <summary>
    /// y = x·A + c with an x that is positive on average, so that its weights could imitate a bias: what A is fitted to is y − c, wherever
    /// c is stored and whatever else reads it.
    /// </summary>
    [Theory]
    [InlineData("initializer")]
    [InlineData("constant node")]
    [InlineData("shared")]
    [InlineData("scaled")]
    [InlineData("scalar")]
    public void A_bias_is_no_part_of_what_weights_are_fitted_to(string form)
    {
        using var folder = new TemporaryFolder();
        var graph = new GraphBuilder().Input("x", "n", 8).Output("y", "n", 6)
            .Initializer(GraphBuilder.Floats("a", GraphBuilder.Random(48), 8, 6));
        var bias = form == "scalar" ? GraphBuilder.Floats("c", [20], 1) : GraphBuilder.Floats("c", [.. Enumerable.Repeat(20f, 6)], 6);
        if (form == "constant node") graph.Node("Constant", [], ["c"], GraphBuilder.Attribute("value", bias));
        else graph.Initializer(bias);
        if (form == "shared") graph.Output("z", 6).Node("Neg", ["c"], ["z"]);
        graph.Node("Gemm", ["x", "a", "c"], ["y"], GraphBuilder.Attribute("beta", form == "scaled" ? 0.5f : 1));
        using var model = OnnxModel.Load(graph.Save(folder["model.onnx"]));
        float[] inputs = [.. GraphBuilder.Random(4000, 3).Select(value => value + 1)];
        var data = new EvaluationData([InputTensor.Create("x", inputs, 500, 8)]);
        using var pruned = ModelPruner.Prune(model, new()
        {
            Target = SparsityTarget.Zeros(0.5),
            Allocation = SparsityAllocation.Uniform,
            Values = WeightValues.Reconstructed,
            Calibration = data,
            Reconstruction = new() { VariedCopies = 0 },
        }).Model;
        var weights = pruned.Elements.Values<float>(pruned.Weights.Single(weight => weight.Name == "a").Location);
        Assert.InRange(weights.Max(Math.Abs), 0, 2);
        var canShift = form is "initializer" or "constant node";
        Assert.InRange(Change(model, pruned, data, output: 0), 0.005, canShift ? 0.03 : 0.05);
    }

    /// <summary>Root of the squared change of an output, as a fraction of its own.</summary>
    private static double Change(OnnxModel dense, OnnxModel pruned, EvaluationData data, int output)
    {
        var (before, after) = (Values(dense), Values(pruned));
        return Math.Sqrt(before.Zip(after, (b, a) => Math.Pow(b - a, 2)).Sum() / before.Sum(b => b * b));
        double[] Values(OnnxModel of)
            => [.. ModelEvaluator.Evaluate(of, data, new() { LatencyRuns = 0 }).Outputs[output].Values.Select(v => (double)v)];
    }
}
