using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pipeline;

/// <summary>Runs with no other test beside it: what the pool does is then this test's.</summary>
[CollectionDefinition(nameof(ThreadTests), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(ThreadTests))]
public sealed class ThreadTests
{
    private static readonly OnnxModel LeNet5 = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
    private static readonly EvaluationData Digits = ShippedModels.CalibrationDigits(60);

    private static readonly PruningOptions Accurate = PruningOptions.Accurate(SparsityTarget.Zeros(0.6), Digits) with
    {
        Include = ["conv*"],
        Reconstruction = new() { VariedCopies = 0, Levels = [0.5, 0.25] },
    };
    private static readonly ShrinkOptions Shrunk =
        ShrinkOptions.Accurate(ShrinkTarget.Sparsity(0.3), Digits) with { Multiple = 1, Include = ["conv1*"] };

    [Fact]
    public void With_one_thread_the_pool_has_nothing_to_do()
    {
        AssertAlone(threads => ModelPruner.Prune(LeNet5, Accurate with { MaxThreads = threads }));
        AssertAlone(threads => ModelShrinker.Shrink(LeNet5, Shrunk with { MaxThreads = threads }));
    }

    [Fact]
    public void What_comes_out_does_not_depend_on_the_number_of_threads()
    {
        foreach (var prune in new Func<int,
            OnnxModel>[] { threads => ModelPruner.Prune(LeNet5, Accurate with { MaxThreads = threads }).Model, threads
            => ModelShrinker.Shrink(LeNet5, Shrunk with { MaxThreads = threads }).Model })
        {
            using var one = new MemoryStream();
            using var three = new MemoryStream();
            prune(1).Save(one, new() { CheckLoads = false });
            prune(3).Save(three, new() { CheckLoads = false });
            var (a, b) = (OnnxModel.Load(one.ToArray()), OnnxModel.Load(three.ToArray()));
            foreach (var (x, y) in a.Weights.Zip(b.Weights)) Assert.Equal(x.Shape, y.Shape);
            Assert.InRange(ModelEvaluator.Compare(a, b, ShippedModels.Digits(50), new() { LatencyRuns = 0 }).MaxDifference, 0, 1e-3);
        }
    }

    private static void AssertAlone(Action<int> run)
    {
        var (one, many) = (WorkItems(() => run(1)), WorkItems(() => run(4)));
        Assert.True(many > 10, $"with four threads the pool had {many} pieces of work only");
        Assert.True(one < many / 4, $"with one thread the pool had {one} pieces of work, with four {many}");
    }

    private static long WorkItems(Action run)
    {
        run();
        var before = ThreadPool.CompletedWorkItemCount;
        run();
        return ThreadPool.CompletedWorkItemCount - before;
    }
}
