using Microsoft.ML;
using Xunit.Abstractions;

namespace GspMl.ML.Tests.Pipelines;

public class ImagePipelineTests(ITestOutputHelper output)
{
    private const int Strokes = 40;
    private readonly MLContext ml = new(seed: 1);

    /// <summary>Forty strokes a digit, beside 784 pixels.</summary>
    [Fact]
    public void Strokes_classify_about_as_well_as_all_the_pixels()
    {
        var data = ml.Transforms.Conversion.MapValueToKey("Label", "Number").Fit(Digits.Load(ml)).Transform(Digits.Load(ml));
        var split = ml.Data.TrainTestSplit(data, testFraction: 0.3, seed: 1);
        var without = Accuracy(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Pixels"), split);
        var strokes = ml.Transforms.SparseNmf("Strokes", "Pixels", rank: Strokes, sparsity: 0.8, maximumNumberOfIterations: 100);
        var with = Accuracy(strokes.Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Strokes")), split);
        output.WriteLine($"accuracy without strokes {without:F4}, with {Strokes} strokes alone {with:F4}");
        Assert.InRange(without, 0.8, 1);
        Assert.True(with >= without - 0.05, $"{with} against {without}");
    }

    private double Accuracy<TModel>(IEstimator<TModel> pipeline, DataOperationsCatalog.TrainTestData split)
        where TModel : class, ITransformer =>
        ml.MulticlassClassification.Evaluate(pipeline.Fit(split.TrainSet).Transform(split.TestSet)).MicroAccuracy;
}
