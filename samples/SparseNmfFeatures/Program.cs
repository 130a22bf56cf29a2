// Learns topics from sentences without labels, classifies with few labels before and after, saves the model and uses it loaded.
//
//   dotnet run --project samples/SparseNmfFeatures

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;

const int topics = 20;
int[] labelCounts = [12, 24, 60];
var ml = new MLContext(seed: 1);
ml.Log += (_, e) =>
{
    if (e.Source.Contains("SparseNmf", StringComparison.Ordinal) && e.Kind >= Microsoft.ML.Runtime.ChannelMessageKind.Info)
        Console.Error.WriteLine(e.RawMessage);
};

// 480 sentences on six subjects, made from templates and word lists of our own; a quarter has a word of another subject.
var all = ml.Data.LoadFromTextFile<Sentence>(Path.Combine(AppContext.BaseDirectory, "sentences.tsv"), hasHeader: true);

// Topics need no labels: all sentences teach them.
#region topics
var features = ml.Transforms.Conversion.MapValueToKey("Label", "Subject")
    .Append(ml.Transforms.Text.FeaturizeText("Words", OnlyWords(), "Text"))
    .Append(ml.Transforms.SparseNmf("Topics", "Words", rank: topics, sparsity: 0.7))
    .Append(ml.Transforms.Concatenate("Both", "Words", "Topics"))
    .Fit(all);
#endregion

var nmf = features.OfType<GspMl.ML.SparseNmfTransformer>().Single();
Console.WriteLine($"{topics} topics: relative error {nmf.RelativeError:P1}, average sparsity {nmf.Sparsity:F3}");
for (var k = 0; k < topics; k++)
    Console.WriteLine($"  {k,2}: {string.Join(' ', nmf.GetTopFeatures(k, 7).Select(feature => feature.Name))}");

Console.WriteLine("\nAccuracy on the other sentences, learned from so many labels:");
foreach (var column in new[] { "Words", "Topics", "Both" })
    Console.WriteLine($"  {column,-8}{string.Join("   ", labelCounts.Select(labels => $"{labels}: {Accuracy(column, labels),6:P1}"))}");

// The saved model is ML.NET's own and loads without GspMl.
#region save
var model = features.Append(Classifier("Both").Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(Labelled(60)));
var file = Path.Combine(Path.GetTempPath(), $"topics-{Guid.NewGuid():N}.zip");
ml.Model.Save(model, all.Schema, file);
var loaded = ml.Model.Load(file, out _);
#endregion

var question = new Sentence { Text = "My brother wanted to see the comet through the telescope." };
Console.WriteLine($"\n«{question.Text}»");
var restored = ml.Model.RestoreGspMl(file, out _);
Console.WriteLine($"  as fitted {Predict(model)}, as loaded {Predict(loaded)}, with the fast component back {Predict(restored)}");
(loaded as IDisposable)?.Dispose();
File.Delete(file);

string Predict(ITransformer transformer) => ml.Model.CreatePredictionEngine<Sentence, Guess>(transformer).Predict(question).PredictedLabel;

EstimatorChain<ITransformer> Classifier(string column) => new EstimatorChain<ITransformer>()
    .Append<ITransformer>(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", column));

IDataView Labelled(int count) => features.Transform(ml.Data.TakeRows(all, count));

double Accuracy(string column, int labels)
{
    var unseen = features.Transform(ml.Data.SkipRows(all, labels));
    return ml.MulticlassClassification.Evaluate(Classifier(column).Fit(Labelled(labels)).Transform(unseen)).MicroAccuracy;
}

static TextFeaturizingEstimator.Options OnlyWords() => new()
{
    CharFeatureExtractor = null,
    WordFeatureExtractor = new WordBagEstimator.Options { NgramLength = 1, Weighting = NgramExtractingEstimator.WeightingCriteria.TfIdf },
    StopWordsRemoverOptions = new StopWordsRemovingEstimator.Options(),
    KeepPunctuations = false,
};

internal sealed class Sentence
{
    [LoadColumn(0)] public string Subject { get; set; } = "";

    [LoadColumn(1)] public string Text { get; set; } = "";
}

internal sealed class Guess
{
    public string PredictedLabel { get; set; } = "";
}
