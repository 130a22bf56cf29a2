using Microsoft.ML;

namespace GspMl.ML.Benchmarks;

/// <summary>
/// What twenty features of a text are worth to a classifier, on texts that were held back: accuracies, where each way learns from the same
/// training texts alone.
/// </summary>
internal static class TopicsValue
{
    private const int Features = 20;
    private const double HeldBack = 0.4;

    private static readonly int[] Seeds = [1, 2, 3];

    public static void Print()
    {
        var ml = new MLContext(seed: 1);
        var texts = Documentation.Load();
        var splits = Seeds.Select(seed => ml.Data.TrainTestSplit(ml.Data.LoadFromEnumerable(texts), HeldBack, seed: seed)).ToList();
        var subjects = texts.Select(text => text.Subject).Distinct().Count();
        Console.WriteLine(
            $"\n{texts.Count} texts on {subjects} subjects, {HeldBack:P0} held back, {splits.Count} splits; chance is {1.0 / subjects:F3}");
        foreach (var (name, way) in Ways(ml))
        {
            var accuracies = splits.Select(split => Accuracy(ml, way, split)).ToList();
            var each = string.Join(", ", accuracies.Select(accuracy => $"{accuracy:F3}"));
            Console.WriteLine($"  {name,-28}{accuracies.Average():F3}   ({each})");
        }
    }

    private static (string Name, IEstimator<ITransformer> Way)[] Ways(MLContext ml)
    {
        var text = ml.Transforms.Text.FeaturizeText("Text", "Content");
        return
        [
            ("FeaturizeText, all features", ml.Transforms.Text.FeaturizeText("Features", "Content")),
            ("FeaturizeText → PCA", text.Append(ml.Transforms.ProjectToPrincipalComponents("Features", "Text", rank: Features))),
            ("FeaturizeText → SparseNmf", text.Append(ml.Transforms.SparseNmf("Features", "Text", rank: Features, sparsity: 0.7))),
            ("TextTopics", ml.Transforms.TextTopics("Features", "Content", rank: Features)),
        ];
    }

    private static double Accuracy(MLContext ml, IEstimator<ITransformer> way, DataOperationsCatalog.TrainTestData split)
    {
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", "Subject")
            .Append(way)
            .AppendCacheCheckpoint(ml)
            .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy());
        return ml.MulticlassClassification.Evaluate(pipeline.Fit(split.TrainSet).Transform(split.TestSet)).MicroAccuracy;
    }
}
