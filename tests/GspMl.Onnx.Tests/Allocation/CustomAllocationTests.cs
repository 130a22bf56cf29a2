using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Allocation;

/// <summary>Allocations as users write them: by what is public alone.</summary>
public sealed class CustomAllocationTests
{
    private static readonly PruningOptions Options = new() { Target = SparsityTarget.Zeros(0.6), Values = WeightValues.Original };

    private static OnnxModel LeNet5() => OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));

    private sealed class Given(Func<AllocationContext, IReadOnlyList<SparsityTarget>> share, bool needsCalibration = false)
        : LayerAllocation
    {
        public override bool NeedsCalibration => needsCalibration;

        public override IReadOnlyList<SparsityTarget> Share(AllocationContext context) => share(context);
    }

    [Fact]
    public void Each_layer_reaches_the_target_it_is_given()
    {
        var shares = new[] { 0.1, 0.9, 0.5, 0.3, 0.7 };
        var report =
            ModelPruner.Prune(LeNet5(),
            Options with { Allocation = new Given(context => [.. context.Layers.Select((_, i) => SparsityTarget.Zeros(shares[i]))]) })
            .Report;
        Assert.All(report.Layers.Zip(shares), pair
            => Assert.InRange(pair.First.After.Zeros, pair.Second, pair.Second + (1.0 / pair.First.Weight.Count) + 1e-9));
    }

    [Fact]
    public void The_overall_target_for_all_is_the_uniform_allocation()
    {
        var own =
            ModelPruner.Prune(LeNet5(), Options with { Allocation = new Given(context => [.. context.Layers.Select(_ => context.Target)]) })
            .Report;
        var uniform = ModelPruner.Prune(LeNet5(), Options with { Allocation = SparsityAllocation.Uniform }).Report;
        Assert.Equal(uniform.Layers.Select(layer => layer.After.ZeroCount), own.Layers.Select(layer => layer.After.ZeroCount));
    }

    [Fact]
    public void Layers_with_a_target_of_their_own_are_not_asked_about()
    {
        var model = LeNet5();
        var first = model.Weights[0].Name;
        var options = Options with
        {
            LayerTargets = [new(first, SparsityTarget.Zeros(0.25))],
            Allocation =
            new Given(context
            => [.. context.Layers.Select(layer => layer.Name == first ? throw new InvalidOperationException(first) : context.Target)]),
        };
        Assert.Equal(0.25, ModelPruner.Prune(model, options).Report.Layers[0].After.Zeros, 0.01);
    }

    [Fact]
    public void A_measurement_is_there_for_allocations_of_users_too()
    {
        IReadOnlyList<IReadOnlyList<MeasuredLevel>> levels = [];
        var options = Options with
        {
            Calibration = ShippedModels.CalibrationDigits(100),
            Allocation = new Given(
                context =>
                {
                    levels = context.MeasureLevels();
                    Assert.True(context.IsCalibrated);
                    Assert.All(context.CountKept().Zip(context.Layers), pair
                        => Assert.Equal(0.4, (double)pair.First / pair.Second.Count, 0.01));
                    return [.. context.Layers.Select(_ => context.Target)];
                },
                needsCalibration: true),
        };
        var report = ModelPruner.Prune(LeNet5(), options).Report;
        Assert.Equal(levels, report.Layers.Select(layer => layer.Levels));
        Assert.All(levels, layer
            => Assert.True(layer.Count > 5 && layer[0] is { Zeros: 0, Change: 0 } && layer[^1].Change > layer[1].Change));
    }

    [Fact]
    public void What_cannot_be_followed_is_refused_by_name()
    {
        var error =
            Assert.Throws<InvalidOperationException>(() => ModelPruner.Prune(LeNet5(), Options with { Allocation = new Given(_ => []) }));
        Assert.Contains("Given gives 0 targets", error.Message, StringComparison.Ordinal);
        var unset = Options with { Allocation = new Given(context => new SparsityTarget[context.Layers.Count]) };
        error = Assert.Throws<InvalidOperationException>(() => ModelPruner.Prune(LeNet5(), unset));
        Assert.Contains("Given gives no target for 'conv1.weight'", error.Message, StringComparison.Ordinal);
        var none = Options with { Allocation = new Given(_ => null!) };
        error = Assert.Throws<InvalidOperationException>(() => ModelPruner.Prune(LeNet5(), none));
        Assert.Contains("Given gives no targets", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(()
            => ModelPruner.Prune(LeNet5(),
            Options with { Allocation = new Given(context => context.MeasureLevels().Count == 0 ? [] : []) }));
        var uncalibrated = Options with { Allocation = new Given(_ => [], needsCalibration: true) };
        Assert.Equal(nameof(PruningOptions.Calibration), Assert.Throws<ArgumentException>(() => ModelPruner.Prune(LeNet5(), uncalibrated))
            .ParamName);
    }
}
