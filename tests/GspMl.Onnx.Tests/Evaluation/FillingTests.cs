using Google.Protobuf;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Evaluation;

/// <summary>Rows that are filled up to one length: what two models make of the filling is not compared.</summary>
public sealed class FillingTests
{
    private const int Rows = 6, Length = 4, Width = 3;

    private static readonly float[] Mask = [.. Enumerable.Range(0, Rows * Length).Select(i => i % Length <= i / Length % 3 ? 1f : 0)];

    [Fact]
    public void A_map_is_judged_where_the_mask_says_that_there_is_something()
    {
        var map = Compare(differsInFilling: 100, differsElsewhere: 0).Judgements.Single().Map!;

        Assert.Equal((1, 0), (map.Cosine.Value, map.Error.Relative.Value));
        Assert.Equal(Mask.Count(place => place == 0) / (double)Mask.Length, map.Filling);
        Assert.Equal(double.PositiveInfinity, map.PeakSignalToNoise);
    }

    [Fact]
    public void What_differs_elsewhere_counts_as_without_filling()
    {
        var map = Compare(differsInFilling: 100, differsElsewhere: 0.5f).Judgements.Single().Map!;
        var alone = Compare(differsInFilling: 0, differsElsewhere: 0.5f).Judgements.Single().Map!;

        Assert.InRange(map.Cosine.Value, -1, 0.999);
        Assert.Equal(alone.Cosine.Value, map.Cosine.Value, 1e-6);
        Assert.Equal(alone.Error.Relative.Value, map.Error.Relative.Value, 1e-6);
    }

    [Fact]
    public void Layers_are_compared_there_too()
    {
        var (dense, pruned) = (Model(0, 0), Model(100, 0));

        var layer = ModelEvaluator.CompareLayers(dense, pruned, Data(), new()).Single();

        Assert.Equal(0, layer.Total!.Value, 1e-6);
    }

    private static ModelComparison Compare(float differsInFilling, float differsElsewhere)
    {
        var results = ModelEvaluator.Evaluate([Model(0, 0), Model(differsInFilling, differsElsewhere)], Data(),
            new() { LatencyRuns = 0, Tasks = [new("y", OutputTask.Map)] });
        return ModelEvaluator.Compare(results[0], results[1]);
    }

    /// <summary>y = (x + what the mask adds) · W.</summary>
    private static OnnxModel Model(float inFilling, float elsewhere)
    {
        var graph = new GraphBuilder().Input("x", "n", Length, Width).Input("attention_mask", "n", Length).Output("y", "n", Length, Width);
        graph.Initializer(GraphBuilder.Floats("w", GraphBuilder.Random(Width * Width, seed: 3), Width, Width))
            .Initializer(GraphBuilder.Floats("change", [elsewhere - inFilling, 0, 0], Width))
            .Initializer(GraphBuilder.Floats("all", [inFilling, 0, 0], Width))
            .Initializer(GraphBuilder.Integers("last", 2));
        graph.Node("Unsqueeze", ["attention_mask", "last"], ["m"]).Node("Mul", ["m", "change"], ["a"]).Node("Add", ["a", "all"], ["b"])
            .Node("Add", ["x", "b"], ["s"]).Node("MatMul", ["s", "w"], ["y"]);
        return OnnxModel.Load(graph.Model.ToByteArray(), "model");
    }

    private static EvaluationData Data() => new([
        InputTensor.Create("x", GraphBuilder.Random(Rows * Length * Width, seed: 5), Rows, Length, Width),
        InputTensor.Create("attention_mask", Mask, Rows, Length)]);
}
