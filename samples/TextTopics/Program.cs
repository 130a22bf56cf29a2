// Learns topics from sentences, classifies by them, saves the model and loads it again.
//
//   dotnet run --project samples/TextTopics

using GspMl.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var all = ml.Data.LoadFromTextFile<Sentence>("samples/SparseNmfFeatures/sentences.tsv", hasHeader: true);
var (training, others) = (ml.Data.TakeRows(all, 300), ml.Data.SkipRows(all, 300));

var model = ml.Transforms.Conversion.MapValueToKey("Label", "Subject")
    .Append(ml.Transforms.TextTopics("Topics", "Text", rank: 12))
    .AppendCacheCheckpoint(ml)   // the trainer reads its rows again and again; without this they are computed each time
    .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", "Topics"))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
    .Fit(training);
Console.WriteLine($"accuracy on the others {ml.MulticlassClassification.Evaluate(model.Transform(others)).MicroAccuracy:P1}");

ml.Model.Save(model, all.Schema, "artifacts/topics.zip");
var restored = ml.Model.RestoreGspMl("artifacts/topics.zip", out _);

var topics = Parts(restored).OfType<SparseNmfTransformer>().Single();
for (var topic = 0; topic < topics.Rank; topic++)
    Console.WriteLine(string.Join(' ', topics.GetTopFeatures(topic, count: 7).Select(word => word.Name)));

var engine = ml.Model.CreatePredictionEngine<Sentence, Guess>(restored);
Console.WriteLine(engine.Predict(new() { Text = "My brother wanted to see the comet through the telescope." }).PredictedLabel);

static IEnumerable<ITransformer> Parts(ITransformer part) =>
    part is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [part];

internal sealed class Sentence
{
    [LoadColumn(0)] public string Subject { get; set; } = "";
    [LoadColumn(1)] public string Text { get; set; } = "";
}

internal sealed class Guess
{
    public string PredictedLabel { get; set; } = "";
}
