// Fits a pipeline with sparse parts in it, exports it as one ONNX model, and runs both on the same row.
//
//   dotnet run --project samples/PipelineToOnnx

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var (ml, random) = (new MLContext(seed: 1), new Random(1));
var rows = Enumerable.Range(0, 500).Select(_ =>
{
    var pixels = Enumerable.Range(0, 16).Select(_ => random.NextSingle()).ToArray();
    return new Picture { Pixels = pixels, Label = pixels[0] + pixels[5] > pixels[10] + pixels[15] };
}).ToList();
var data = ml.Data.LoadFromEnumerable(rows);

var model = ml.Transforms.NormalizeMinMax("Scaled", "Pixels")
    .Append(ml.Transforms.SparseNmf("Parts", "Scaled", rank: 8, sparsity: 0.6))
    .Append(ml.BinaryClassification.Trainers.SdcaLogisticRegression("Label", "Parts"))
    .Fit(data);
ml.Model.ExportToOnnx(model, data.Schema, "artifacts/pipeline.onnx", "Parts", "Probability");

using var session = new InferenceSession("artifacts/pipeline.onnx");
var row = new DenseTensor<float>(rows[0].Pixels, [1, 16]);
using var results = session.Run([NamedOnnxValue.CreateFromTensor("Pixels", row)]);
var inMl = ml.Model.CreatePredictionEngine<Picture, Judgement>(model).Predict(rows[0]).Probability;
var inOnnx = results.Single(result => result.Name == "Probability.output").AsTensor<float>().Single();
Console.WriteLine($"the first picture: {inMl:F4} in ML.NET, {inOnnx:F4} in ONNX Runtime");

internal sealed class Picture
{
    [VectorType(16)] public float[] Pixels { get; set; } = [];
    public bool Label { get; set; }
}

internal sealed class Judgement
{
    public float Probability { get; set; }
}
