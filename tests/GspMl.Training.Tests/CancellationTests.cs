using GspMl.Onnx;
using GspMl.Projection;
using GspMl.Tests.Shared;

namespace GspMl.Training.Tests;

public sealed class CancellationTests(ITestOutputHelper output)
{
    [Fact]
    public void Tuning_that_is_cancelled_ends_as_such_at_any_moment()
    {
        using var dense = Digits.Model("lenet5");
        using var pruned = ModelPruner.Prune(dense, PruningOptions.Fast(SparsityTarget.Zeros(0.7))).Model;

        output.WriteLine(CancelledCalls.Of(cancel => ModelTuner.Tune(pruned, Digits.Short(dense), null, cancel).Model.Dispose()));
    }
}
