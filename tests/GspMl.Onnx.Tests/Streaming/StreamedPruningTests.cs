using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Streaming;

/// <summary>Groups that span layers, pruned in passes over the model.</summary>
public sealed class StreamedPruningTests : IDisposable
{
    // Layers of several pieces and of less than one; the larger ones are sampled, not taken whole.
    private static readonly (int Inputs, int Outputs, float Scale)[] Layers = [(600, 500, 1), (500, 300, 20), (300, 40, 0.1f), (40, 8, 3)];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0.05)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.97)]
    public void Preset_fast_reaches_its_fraction_of_zeros_to_the_weight(double fraction)
    {
        using var model = Build(Normal);
        var (pruned, report) = ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(fraction)));
        using var _ = pruned;
        Assert.Equal((long)Math.Ceiling(fraction * report.Count), report.ZeroCountAfter);
        AssertMeasuredAsReported(pruned, report);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(40)]
    public void Tied_weights_go_one_by_one(int levels)
    {
        using var model = Build((random, scale) => scale * (random.Next(levels) + 1) / levels * (random.Next(2) == 0 ? 1 : -1));
        var (pruned, report) = ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(0.7)));
        using var _ = pruned;
        Assert.Equal((long)Math.Ceiling(0.7 * report.Count), report.ZeroCountAfter);
        AssertMeasuredAsReported(pruned, report);
    }

    [Fact]
    public void Preset_fast_drops_the_least_of_the_scaled_weights_that_floors_allow()
    {
        const double Fraction = 0.9;
        using var model = Build((random, scale) => scale * MathF.Pow(random.NextSingle(), scale > 10 ? 200 : 1));
        using var pruned = ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(Fraction))).Model;
        var expected = ByDefinition(model, Fraction);
        Assert.Contains(model.Weights, weight
            => Zeros(expected[weight]) == weight.Count - Math.Ceiling(0.4 * (1 - Fraction) * weight.Count));
        foreach (var weight in model.Weights) Assert.Equal(expected[weight], pruned.Elements.Values<float>(weight.Location));
    }

    [Theory]
    [InlineData(WeightGroup.Layer, false)]
    [InlineData(WeightGroup.Layer, true)]
    [InlineData(WeightGroup.FilterInModel, false)]
    [InlineData(WeightGroup.FilterInModel, true)]
    public void Passes_over_the_model_find_what_a_group_in_memory_does(WeightGroup group, bool areProjected)
    {
        var values = areProjected ? WeightValues.Projected : WeightValues.Original;
        using var model = Build(Normal);
        foreach (var target in new[] { SparsityTarget.Zeros(0.6), SparsityTarget.Hoyer(0.6), SparsityTarget.Zeros(0.99) })
        {
            var options = new PruningOptions { Target = target, Group = group, Values = values };
            var (held, expected) = ModelPruner.Prune(model, options);
            var (streamed, report) = ModelPruner.Prune(model, options with { HeldWeights = 0 });
            using var _ = held;
            using var __ = streamed;
            Assert.InRange(report.ZeroCountAfter, expected.ZeroCountAfter - 3, expected.ZeroCountAfter + 3);
            Assert.Equal(expected.Layers.Select(layer => layer.Ending), report.Layers.Select(layer => layer.Ending));
            Assert.All(expected.Layers.Zip(report.Layers), pair
                => Assert.Equal(pair.First.Multiplier, pair.Second.Multiplier, 1e-4 * pair.First.Multiplier));
            AssertNear(held, streamed);
            AssertMeasuredAsReported(streamed, report);
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.85)]
    public void Preset_fast_meets_the_average_hoyer_sparsity_of_its_layers(double target)
    {
        using var model = Build(Normal);
        using var pruned =
            ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Hoyer(target)) with { Values = WeightValues.Projected }).Model;
        Assert.Equal(target, pruned.Weights.Average(weight => HoyerSparsity.Of<float>(pruned.Elements.Values<float>(weight.Location))),
            1e-5);
    }

    [Theory]
    [InlineData(WeightGroup.Layer, false)]
    [InlineData(WeightGroup.Layer, true)]
    [InlineData(WeightGroup.FilterInModel, false)]
    [InlineData(WeightGroup.FilterInModel, true)]
    public void Where_all_magnitudes_are_equal_the_sparser_side_of_the_jump_is_taken(WeightGroup group, bool areProjected)
    {
        var values = areProjected ? WeightValues.Projected : WeightValues.Original;
        using var model = Build((random, scale) => random.Next(2) == 0 ? scale : -scale);
        var (pruned, report) =
            ModelPruner.Prune(model, new() { Target = SparsityTarget.Hoyer(0.9), Group = group, Values = values, HeldWeights = 0 });
        using var _ = pruned;
        Assert.All(report.Layers, layer => Assert.Equal(ProjectionEnding.JumpedOver, layer.Ending));
        Assert.True(report.Layers.Average(layer => layer.After.Hoyer) >= 0.9);
        Assert.All(report.Layers, layer => Assert.True(layer.After.ZeroCount < layer.Weight.Count));
        AssertMeasuredAsReported(pruned, report);
    }

    [Fact]
    public void A_sparse_enough_model_is_left_alone()
    {
        using var model = Build((random, scale) => random.Next(4) == 0 ? scale : 0);
        foreach (var group in new[] { WeightGroup.Layer, WeightGroup.FilterInModel })
        {
            using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5), Group = group, HeldWeights = 0 }).Model;
            Assert.True(pruned.Edits.IsEmpty);
        }
        using var fast = ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(0.5))).Model;
        Assert.True(fast.Edits.IsEmpty);
    }

    [Fact]
    public void The_number_of_threads_changes_no_bit()
    {
        using var model = Build(Normal);
        foreach (var target in new[] { SparsityTarget.Zeros(0.8), SparsityTarget.Hoyer(0.8) })
        {
            foreach (var threads in new[] { 1, 3 })
            {
                using var pruned = ModelPruner.Prune(model, PruningOptions.Fast(target) with { MaxThreads = threads }).Model;
                pruned.Save(folder[$"{threads}.onnx"]);
            }
            Assert.Equal(File.ReadAllBytes(folder["1.onnx"]), File.ReadAllBytes(folder["3.onnx"]));
        }
    }

    [Fact]
    public void An_entry_that_is_not_finite_is_named()
    {
        var count = 0;
        using var model = Build((random, scale) => ++count == 200_007 ? float.NaN : 1);
        var error = Assert.Throws<OnnxModelException>(() => ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(0.5))));
        Assert.Contains("tensor 'w0': element 200006 is NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_ends_it()
    {
        using var model = Build(Normal);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(()
            => ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(0.5)), cancel: cancelled.Token));
    }

    /// <summary>Preset fast by its definition: sorted, with each layer's floor.</summary>
    private static Dictionary<PrunableWeight, float[]> ByDefinition(OnnxModel model, double fraction)
    {
        var values = model.Weights.ToDictionary(weight => weight, weight => model.Elements.Values<float>(weight.Location));
        var droppable = values.SelectMany(pair =>
        {
            var deviation = Math.Sqrt(pair.Value.Sum(w => (double)w * w) / pair.Key.Shape[1]);
            var most = pair.Key.Count - (long)Math.Ceiling(0.4 * (1 - fraction) * pair.Key.Count);
            return Enumerable.Range(0, pair.Value.Length).OrderBy(i => Math.Abs(pair.Value[i])).Take((int)most)
                .Select(i => (pair.Key, Index: i, Size: Math.Abs(pair.Value[i]) / deviation));
        });
        var result = values.ToDictionary(pair => pair.Key, pair => (float[])pair.Value.Clone());
        foreach (var (weight, i, _) in droppable.OrderBy(entry => entry.Size)
            .Take((int)Math.Ceiling(fraction * values.Sum(pair => pair.Value.Length)))) result[weight][i] = 0;
        return result;
    }

    private static int Zeros(float[] values) => values.Count(value => value == 0);

    private static void AssertNear(OnnxModel expected, OnnxModel actual)
    {
        foreach (var weight in expected.Weights)
        {
            var (one, other) = (expected.Elements.Values<float>(weight.Location), actual.Elements.Values<float>(weight.Location));
            var largest = one.Max(Math.Abs);
            Assert.True(one.Zip(other).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-4f * largest) <= 3);
        }
    }

    private void AssertMeasuredAsReported(OnnxModel pruned, PruningReport report)
    {
        pruned.Save(folder["pruned.onnx"]);
        using var written = OnnxModel.Load(folder["pruned.onnx"]);
        foreach (var (weight, layer) in written.Weights.Zip(report.Layers))
            Assert.Equal(Zeros(written.Elements.Values<float>(weight.Location)), layer.After.ZeroCount);
        if (report.Options.Group == WeightGroup.FilterInModel) return;
        foreach (var (weight, layer) in written.Weights.Zip(report.Layers))
            Assert.Equal(HoyerSparsity.Of<float>(written.Elements.Values<float>(weight.Location)), layer.After.Hoyer, 1e-6);
    }

    private static float Normal(Random random, float scale)
        => scale * (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    /// <summary>A chain of MatMuls.</summary>
    private OnnxModel Build(Func<Random, float, float> value)
    {
        var random = new Random(5);
        var builder = new GraphBuilder().Input("h0", "n", Layers[0].Inputs).Output($"h{Layers.Length}", "n", Layers[^1].Outputs);
        for (var i = 0; i < Layers.Length; i++)
        {
            var (inputs, outputs, scale) = Layers[i];
            float[] values = [.. Enumerable.Range(0, inputs * outputs).Select(_ => value(random, scale))];
            builder.Initializer(GraphBuilder.Floats($"w{i}", values, inputs, outputs)).Node("MatMul", [$"h{i}", $"w{i}"], [$"h{i + 1}"]);
        }
        return OnnxModel.Load(builder.Save(folder["model.onnx"]));
    }
}
