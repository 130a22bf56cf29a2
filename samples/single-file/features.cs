// Learns topics from sentences without their labels and classifies by them: sparse NMF in a pipeline of ML.NET.
//
//   dotnet run samples/single-file/features.cs

#:project ../../src/GspMl.ML/GspMl.ML.csproj
#:package Microsoft.ML.OnnxRuntime

using Microsoft.ML;
using Microsoft.ML.Data;

var ml = new MLContext(seed: 1);
var all = ml.Data.LoadFromTextFile<Sentence>("samples/SparseNmfFeatures/sentences.tsv", hasHeader: true);
var (training, others) = (ml.Data.TakeRows(all, 300), ml.Data.SkipRows(all, 300));

var model = ml.Transforms.Conversion.MapValueToKey("Label", "Subject")
    .Append(ml.Transforms.TextTopics("Topics", "Text", rank: 12))
    .AppendCacheCheckpoint(ml)   // the trainer reads its rows again and again
    .Append(ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", "Topics"))
    .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"))
    .Fit(training);
Console.WriteLine($"accuracy on the others {ml.MulticlassClassification.Evaluate(model.Transform(others)).MicroAccuracy:P1}");

// The saved model is ML.NET's own and loads without GspMl.
ml.Model.Save(model, all.Schema, "artifacts/features.zip");
var engine = ml.Model.CreatePredictionEngine<Sentence, Guess>(ml.Model.Load("artifacts/features.zip", out _));
Console.WriteLine(engine.Predict(new() { Text = "My brother wanted to see the comet through the telescope." }).PredictedLabel);

internal sealed class Sentence
{
    [LoadColumn(0)] public string Subject { get; set; } = "";
    [LoadColumn(1)] public string Text { get; set; } = "";
}

internal sealed class Guess
{
    public string PredictedLabel { get; set; } = "";
}
