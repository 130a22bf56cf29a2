// Puts a pruned network into an ML.NET pipeline in place of the dense one: ApplyOnnxModel makes features, a trainer learns from them.
//
//   dotnet run --project samples/PrunedModelInPipeline
//   dotnet run --project samples/PrunedModelInPipeline -p:ResNet18=true

using GspMl.Onnx;
using GspMl.Projection;
using Microsoft.ML;
using PrunedModelInPipeline;

var network = Network.Chosen;
var ml = new MLContext(seed: 1);
var digits = ml.Data.LoadFromEnumerable(Digit.Read(network.Rows).Select(network.Prepare).ToList(), network.Schema);
var (training, others) = (ml.Data.TakeRows(digits, network.Rows * 2 / 3), ml.Data.SkipRows(digits, network.Rows * 2 / 3));

using var dense = OnnxModel.Load(network.File);
Directory.CreateDirectory("artifacts");
foreach (var zeros in new[] { 0, 0.5, 0.7 })
{
    var file = network.File;
    if (zeros > 0)
    {
        // All layers are one group, in scaled coordinates; no calibration, no training.
        using var pruned = ModelPruner.Prune(dense, PruningOptions.Fast(SparsityTarget.Zeros(zeros))).Model;
        pruned.Save(file = $"artifacts/featurizer-{zeros * 100:F0}.onnx");
    }

    // The pipeline is the same, whichever file it reads.
    var model = ml.Transforms.Conversion.MapValueToKey("Label", "Number")
        .Append(ml.Transforms.ApplyOnnxModel([network.Output], [network.Input], file))
        .Append(ml.Transforms.CopyColumns("Features", network.Output))
        .AppendCacheCheckpoint(ml)   // the network runs once a row, not once for every pass of the trainer
        .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "Features"))
        .Fit(training);
    var accuracy = ml.MulticlassClassification.Evaluate(model.Transform(others)).MicroAccuracy;

    using var written = OnnxModel.Load(file);
    Console.WriteLine($"{network.Name}, {zeros,4:P0} zeros: {written.MeasureGzipBytes(),12:N0} bytes gzipped, "
        + $"accuracy {accuracy:P1} from {network.Rows * 2 / 3} labels");
}
