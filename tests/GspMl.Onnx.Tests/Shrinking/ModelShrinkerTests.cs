using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Shrinking;

public sealed class ModelShrinkerTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void A_fraction_of_multiply_accumulates_is_met_from_above_and_by_little(double fraction)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));

        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(fraction), Multiple = 1 });
        using var _ = smaller;

        // 24²·25·20 + 8²·500·50 + 800·500 + 500·10.
        Assert.Equal(288_000 + 1_600_000 + 400_000 + 5_000, report.Before.Macs);
        var w = smaller.Weights;
        Assert.Equal((576 * w[0].Count) + (64 * w[1].Count) + w[2].Count + w[3].Count, report.After.Macs);
        // One channel of conv2 is 64·500 multiply-accumulates there and up to 16·500 behind, of conv1 576·25 and up to 64·50·25.
        Assert.InRange(report.MacsGone, fraction, fraction + 0.042);
    }

    [Fact]
    public void A_fraction_of_parameters_is_met_and_counted_as_stored()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));

        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Parameters(0.6), Multiple = 1 });
        using (smaller) smaller.Save(folder["smaller.onnx"]);

        using var written = OnnxModel.Load(folder["smaller.onnx"]);
        Assert.Equal(written.Tensors.Where(t => ElementFormat.IsFloatingPoint(t.ElementType)).Sum(t => t.Count), report.After.Parameters);
        Assert.InRange(report.ParametersGone, 0.6, 0.605);
    }

    [Theory]
    [InlineData("fc1.w", float.NaN, "NaN")]
    [InlineData("fc2.w", float.PositiveInfinity, "Infinity")]
    public void A_weight_that_is_no_number_is_named(string name, float value, string told)
    {
        var net = new SmallNet();
        net.Builder.Input("x", "n", 4);
        net.Linear("fc1", "x", 4, 16).Linear("fc2", "fc1", 16, 2);
        var tensor = net.Builder.Graph.Initializer.Single(tensor => tensor.Name == name);
        var values = tensor.RawData.ToByteArray();
        BitConverter.TryWriteBytes(values.AsSpan(4 * sizeof(float)), value);
        tensor.RawData = ByteString.CopyFrom(values);
        using var model = OnnxModel.Load(net.Builder.Output("fc2", "n", 2).Save(folder["net.onnx"]));

        var error = Assert.Throws<OnnxModelException>(() => ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0.3) }));

        Assert.Contains($"tensor '{name}': element 4 is {told}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_fractions_are_all_met()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        var (smaller, report) = ModelShrinker.Shrink(model,
            new() { Target = ShrinkTarget.Macs(0.3), Also = [ShrinkTarget.Parameters(0.6), ShrinkTarget.Bytes(0.5)], Multiple = 1 });
        smaller.Dispose();
        Assert.True(report.MacsGone >= 0.3 && report.ParametersGone >= 0.6);
        Assert.InRange(report.ParametersGone, 0.6, 0.62);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(0.7)]
    public void A_sparsity_is_that_of_the_projected_scores(double sparsity)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("resnet14_bn.onnx"));
        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Sparsity(sparsity), Multiple = 1 });
        using var _ = smaller;
        Assert.Equal(sparsity, report.Sparsity!.Value, 1e-6);
        Assert.True(report.MacsGone > 0);
    }

    [Fact]
    public void What_is_out_of_reach_is_told_with_the_most_that_can_go()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("vit_tiny.onnx"));

        var error =
            Assert.Throws<OnnxModelException>(() => ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0.99), Multiple = 1 }));

        var most = double.Parse(error.Message.Split(": ")[^1].Split(' ')[0]) / 100;
        Assert.InRange(most, 0.3, 0.99);
        using var pruned = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(most - 0.001), Multiple = 1 }).Model;
    }

    [Fact]
    public void Every_set_keeps_its_part_of_an_equal_share()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("mobilenet_mini_bn.onnx"));
        var (free, alike) = (Kept(0), Kept(1));

        Assert.Equal(1, free.Min(set => set.After));
        Assert.True(free.Max(Fraction) > 0.5);
        Assert.All(alike, set => Assert.InRange(Fraction(set), alike.Min(Fraction), alike.Min(Fraction) + 0.05));

        static double Fraction(ChannelSet set) => (double)set.After / set.Before;

        IReadOnlyList<ChannelSet> Kept(double share)
        {
            var (smaller, report) =
                ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0.7), Multiple = 1, LeastShare = share });
            smaller.Dispose();
            return [.. report.Sets.Where(set => set.IsFree)];
        }
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    public void Numbers_of_channels_are_multiples_of_eight_unless_told_otherwise(double macs)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("resnet14_bn.onnx"));
        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(macs) });
        smaller.Dispose();
        Assert.True(report.MacsGone >= macs);
        Assert.All(report.Sets.Where(set => set.IsFree), set => Assert.True(set.After % 8 == 0, $"{set.After}"));
    }

    [Fact]
    public void Patterns_pick_layers_and_a_coupled_set_is_held_by_any_of_them()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("resnet14_bn.onnx"));

        var included = Sets(new() { Target = ShrinkTarget.Sparsity(0.5), Multiple = 1, Include = ["blocks.0.conv1*"] });
        var excluded = Sets(new() { Target = ShrinkTarget.Sparsity(0.5), Multiple = 1, Exclude = ["stem*"] });

        Assert.Equal(["blocks.0.conv1.weight"], included.Where(set => set.IsFree).SelectMany(set => set.Layers));
        Assert.Equal("an exclude pattern matches stem.weight", excluded.Single(set => set.Layers.Contains("blocks.0.conv2.weight")).Reason);
        Assert.Throws<NothingMatchedException>(()
            => Sets(new() { Target = ShrinkTarget.Sparsity(0.5), Multiple = 1, Include = ["nosuch*"] }));
        Assert.Throws<NothingMatchedException>(() => Sets(new() { Target = ShrinkTarget.Sparsity(0.5), Multiple = 1, Include = ["fc*"] }));

        IReadOnlyList<ChannelSet> Sets(ShrinkOptions options)
        {
            var (smaller, report) = ModelShrinker.Shrink(model, options);
            smaller.Dispose();
            return report.Sets;
        }
    }

    [Fact]
    public void Heads_their_features_and_hidden_layers_of_a_transformer_are_free()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("vit_tiny.onnx"));
        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Sparsity(0.5), Multiple = 1 });
        smaller.Dispose();
        var free = report.Sets.Where(set => set.IsFree).GroupBy(set => set.Before).ToDictionary(sets => sets.Key, sets => sets.Count());
        // In each of four blocks: heads, features of queries and keys, features of values, hidden units.
        Assert.Equal(new Dictionary<int, int> { [4] = 4, [16] = 8, [256] = 4 }, free);
        // The stream that all blocks add to: the class token is expanded to a shape that is computed, and means are taken over it.
        Assert.Equal("Expand '/Expand' computes its shape", report.Sets.Single(set => set.Before == 64).Reason);
        Assert.Contains(report.Sets, set => set.Layers.Contains("head.weight") && set.Reason == "it is output 'logits' of the model");
    }

    [Theory]
    [InlineData("lenet5", 0.7)]
    [InlineData("resnet14_bn", 0.5)]
    public void Refitted_readers_make_up_for_lost_channels(string name, double macs)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));
        var rows = ShippedModels.CalibrationDigits(200);
        var accurate = ShrinkOptions.Accurate(ShrinkTarget.Macs(macs), rows);

        var (kept, refitted) = (Error(accurate with { Values = WeightValues.Original }), Error(accurate));

        Assert.True(refitted < 0.75 * kept, $"{refitted} of {kept}");

        double Error(ShrinkOptions options)
        {
            using var smaller = ModelShrinker.Shrink(model, options).Model;
            return ModelEvaluator.Compare(model, smaller, ShippedModels.Digits(200), new() { LatencyRuns = 0, CompressedSize = false })
                .RmsDifference;
        }
    }

    [Fact]
    public void Measured_widths_take_out_most_where_it_costs_least()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("vit_tiny.onnx"));

        var (smaller, report) =
            ModelShrinker.Shrink(model, ShrinkOptions.Accurate(ShrinkTarget.Macs(0.5), ShippedModels.CalibrationDigits(100)));
        using var _ = smaller;

        var left = report.Sets.Where(set => set.IsFree).GroupBy(set => set.Before)
            .ToDictionary(sets => sets.Key, sets => sets.Average(set => (double)set.After / set.Before));
        Assert.True(report.MacsGone is >= 0.5 and < 0.56);
        Assert.Null(report.Sparsity);
        // Hidden units make up for each other, whole heads hardly.
        Assert.True(left[256] < left[4], $"{left[256]:P0} of the hidden units, {left[4]:P0} of the heads");
        var both = ModelEvaluator.Compare(model, smaller, ShippedModels.Digits(200), new() { LatencyRuns = 0, CompressedSize = false });
        Assert.True(both.Agreement > 0.95, $"{both.Agreement:P1}");
    }

    [Fact]
    public void Options_that_need_calibration_say_so()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        Assert.Throws<ArgumentException>(()
            => ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0.5), Multiple = 1, Score = WeightScore.Saliency }));
        Assert.Throws<ArgumentException>(()
            => ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0.5), Multiple = 1, Values = WeightValues.Reconstructed }));
        Assert.Throws<ArgumentException>(()
            => ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0.5), Multiple = 1, Values = WeightValues.Projected }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShrinkTarget.Macs(1.5));
    }
}
