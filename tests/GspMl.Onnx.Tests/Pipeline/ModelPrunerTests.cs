using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Pipeline;

public class ModelPrunerTests
{
    private static OnnxModel LeNet5() => OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.95)]
    public void A_zero_fraction_is_met_in_every_layer(double zeros)
    {
        using var model = LeNet5();
        var report = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(zeros) }).Report;
        Assert.All(report.Layers, layer => Assert.InRange(layer.After.Zeros, zeros, zeros + 1.0 / layer.Weight.Count + 1e-9));
        Assert.All(report.Layers, layer => Assert.Equal(0, layer.Before.ZeroCount));
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(0.8)]
    public void A_hoyer_target_is_met_in_every_layer(double sparsity)
    {
        using var model = LeNet5();
        var report = ModelPruner.Prune(model, new() { Target = SparsityTarget.Hoyer(sparsity) }).Report;
        Assert.All(report.Layers, layer => Assert.Equal(sparsity, layer.After.Hoyer, 1e-5));
    }

    [Fact]
    public void A_layer_gets_what_the_projection_of_its_filters_gives()
    {
        using var model = LeNet5();
        using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Hoyer(0.7) }).Model;
        var weight = model.Weights[1];
        var expected = model.Elements.Values<float>(weight.Location);
        new GspProjector<float>().Project(expected, expected, VectorLayout.Rows(50, 500), SparsityTarget.Hoyer(0.7));
        Assert.Equal(expected, pruned.Elements.Values<float>(weight.Location));
    }

    [Fact]
    public void Original_values_keep_their_bits_on_the_same_support()
    {
        using var model = LeNet5();
        var options = new PruningOptions { Target = SparsityTarget.Hoyer(0.7) };
        using var projected = ModelPruner.Prune(model, options).Model;
        using var original = ModelPruner.Prune(model, options with { Values = WeightValues.Original }).Model;
        foreach (var weight in model.Weights)
        {
            var (dense, kept, moved) = (Values(model, weight), Values(original, weight), Values(projected, weight));
            for (var i = 0; i < dense.Length; i++) Assert.Equal(moved[i] == 0 ? 0 : dense[i], kept[i]);
        }
    }

    [Fact]
    public void The_given_model_is_unchanged()
    {
        using var model = LeNet5();
        var before = Values(model, model.Weights[0]);
        using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.9) }).Model;
        Assert.Equal(before, Values(model, model.Weights[0]));
        Assert.NotEqual(before, Values(pruned, model.Weights[0]));
    }

    [Fact]
    public void Patterns_choose_layers_and_targets()
    {
        using var model = LeNet5();
        var name = model.Weights[2].Name;
        var report = ModelPruner.Prune(model, new()
        {
            Target = SparsityTarget.Zeros(0.5),
            Exclude = [model.Weights[0].Name],
            LayerTargets = [new(name, SparsityTarget.Zeros(0.9))],
        }).Report;
        Assert.Equal([0.5, 0.9, 0.5], report.Layers.Select(layer => Math.Round(layer.After.Zeros, 3)));
        Assert.Contains(report.Skipped, s => s.Name == model.Weights[0].Name && s.Reason.Contains("exclude", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nothing*", "conv*")]
    [InlineData("*", "nothing*")]
    public void A_pattern_that_matches_nothing_is_an_error(string include, string exclude)
    {
        using var model = LeNet5();
        var options = new PruningOptions { Target = SparsityTarget.Zeros(0.5), Include = [include], Exclude = [exclude] };
        var error = Assert.Throws<NothingMatchedException>(() => ModelPruner.Prune(model, options));
        Assert.Contains("'nothing*' matches no weight", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Uniform_allocation_keeps_the_largest_magnitudes_of_each_layer()
    {
        using var model = LeNet5();
        using var pruned =
            ModelPruner.Prune(model,
            new() { Target = SparsityTarget.Zeros(0.75), Allocation = SparsityAllocation.Uniform, Values = WeightValues.Original }).Model;
        foreach (var weight in model.Weights)
        {
            var (dense, kept) = (Values(model, weight), Values(pruned, weight));
            var gone = (int)Math.Ceiling(0.75 * dense.Length);
            var threshold = dense.Select(MathF.Abs).Order().ElementAt(gone);
            Assert.Equal(dense.Select(v => MathF.Abs(v) < threshold ? 0 : v), kept);
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void With_group_layer_the_average_over_the_layers_reaches_the_target(double sparsity)
    {
        using var model = LeNet5();
        var report = ModelPruner.Prune(model, new() { Target = SparsityTarget.Hoyer(sparsity), Group = WeightGroup.Layer }).Report;
        Assert.Equal(sparsity, report.Layers.Average(layer => layer.After.Hoyer), 1e-5);
        Assert.Single(report.Layers.Select(layer => layer.Multiplier).Distinct());
        Assert.True(report.Layers.Select(layer => Math.Round(layer.After.Hoyer, 3)).Distinct().Count() > 1);
    }

    [Fact]
    public void With_filters_in_the_model_the_average_over_all_filters_reaches_the_target()
    {
        using var model = LeNet5();
        var report = ModelPruner.Prune(model, new() { Target = SparsityTarget.Hoyer(0.7), Group = WeightGroup.FilterInModel }).Report;
        Assert.Equal(0.7,
            report.Layers.Sum(layer => layer.After.Hoyer * layer.Weight.Shape[0]) / report.Layers.Sum(layer => layer.Weight.Shape[0]),
            1e-5);
    }

    [Fact]
    public void A_layer_with_a_target_of_its_own_leaves_the_group_that_spans_layers()
    {
        using var model = LeNet5();
        var options = new PruningOptions
        {
            Target = SparsityTarget.Zeros(0.5),
            Group = WeightGroup.FilterInModel,
            LayerTargets = [new(model.Weights[2].Name, SparsityTarget.Zeros(0.9))],
        };
        var report = ModelPruner.Prune(model, options).Report;
        Assert.Equal(0.9, report.Layers[2].After.Zeros, 1e-4);
        var others = report.Layers.Where((_, i) => i != 2).ToList();
        Assert.Equal(0.5, (double)others.Sum(layer => layer.After.ZeroCount) / others.Sum(layer => layer.Weight.Count), 1e-4);
    }

    private static float[] Values(OnnxModel model, PrunableWeight weight) => model.Elements.Values<float>(weight.Location);
}
