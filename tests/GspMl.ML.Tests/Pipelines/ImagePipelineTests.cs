using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace GspMl.ML.Tests.Pipelines;

public class ImagePipelineTests(ITestOutputHelper output)
{
    private const int Strokes = 40;
    private const double Sparsity = 0.6; // the best of 0.6 and 0.8, with 40, 80 or 120 strokes, in cross-validation on the training digits
    private readonly MLContext ml = new(seed: 1);

    /// <summary>Forty strokes a digit, beside 784 pixels.</summary>
    [Fact]
    public void Strokes_classify_about_as_well_as_all_the_pixels()
    {
        var data = ml.Transforms.Conversion.MapValueToKey("Label", "Number").Fit(Digits.Load(ml)).Transform(Digits.Load(ml));
        var split = ml.Data.TrainTestSplit(data, testFraction: 0.3, seed: 1);
        var without = Classifier("Pixels");
        var with = ml.Transforms.SparseNmf("Strokes", "Pixels", rank: Strokes, sparsity: Sparsity, maxIterations: 100)
            .Append(Classifier("Strokes"));
        var (validatedWithout, validatedWith) = (Validated(without, split.TrainSet), Validated(with, split.TrainSet));
        var (testedWithout, testedWith) = (Accuracy(without, split), Accuracy(with, split));
        var validated = $"without strokes {validatedWithout:F4}, with {Strokes} strokes alone {validatedWith:F4}";
        output.WriteLine($"cross-validated on the training digits: {validated}");
        output.WriteLine($"on the test digits: without {testedWithout:F4}, with {testedWith:F4}");
        Assert.InRange(testedWithout, 0.8, 1);
        Assert.True(validatedWith >= validatedWithout - 0.01, $"{validatedWith} against {validatedWithout}");
        Assert.True(testedWith >= testedWithout - 0.05, $"{testedWith} against {testedWithout}");
    }

    private LbfgsMaximumEntropyMulticlassTrainer Classifier(string column) =>
        ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", column);

    private double Validated(IEstimator<ITransformer> pipeline, IDataView data) =>
        ml.MulticlassClassification.CrossValidate(data, pipeline, numberOfFolds: 5, seed: 2).Average(fold => fold.Metrics.MicroAccuracy);

    private double Accuracy<TModel>(IEstimator<TModel> pipeline, DataOperationsCatalog.TrainTestData split)
        where TModel : class, ITransformer =>
        ml.MulticlassClassification.Evaluate(pipeline.Fit(split.TrainSet).Transform(split.TestSet)).MicroAccuracy;
}
