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

    /// <summary>Root of the squared change of an output, as a fraction of its own.</summary>
    private static double Change(OnnxModel dense, OnnxModel pruned, EvaluationData data, int output)
    {
        var (before, after) = (Values(dense), Values(pruned));
        return Math.Sqrt(before.Zip(after, (b, a) => Math.Pow(b - a, 2)).Sum() / before.Sum(b => b * b));
        double[] Values(OnnxModel of)
            => [.. ModelEvaluator.Evaluate(of, data, new() { LatencyRuns = 0 }).Outputs[output].Values.Select(v => (double)v)];
    }
}
