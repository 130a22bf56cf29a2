using GspMl.Onnx.Calibration;
using GspMl.Onnx.Sessions.Devices;
using GspMl.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// The shapes of all tensors in one run of the model on ONNX Runtime: on the first calibration rows, or on made-up inputs.
/// </summary>
internal sealed class ModelRunShapes
{
    // Two rows rather than one: what holds for rows is then told from what holds for axes of one position.
    private static readonly int[] RowCounts = [2, 1];

    private readonly Dictionary<string, long[]> shapes = [];

    private ModelRunShapes(int rows) => Rows = rows;

    /// <summary>Rows of that run.</summary>
    public int Rows { get; }

    public IReadOnlyList<long>? Of(string tensor) => shapes.GetValueOrDefault(tensor);

    /// <exception cref="OnnxModelException">ONNX Runtime does not run the model on such inputs; with calibration inputs it may.</exception>
    public static ModelRunShapes Of(OnnxModel model, EvaluationData? calibration)
    {
        var working = new WorkingModel(model);
        if (calibration is not null)
        {
            var feeder = BatchFeeder.Create(model, calibration);
            var rows = feeder.CountFrom(0, Math.Min(feeder.FixedBatch ?? RowCounts[0], feeder.Rows));
            return Run(working, feeder.Batch(0, rows), feeder.FixedBatch ?? rows);
        }
        using var session = ModelSession.Open(model, Device.Cpu, maxThreads: 1);
        OnnxModelException? failure = null;
        foreach (var inputs in MadeUpInputs.Tries(session, RowCounts))
        {
            try { return Run(working, inputs.Make(), inputs.Fed); }
            catch (OnnxModelException e) { failure = e; }
        }
        throw new OnnxModelException($"{model.Path}: its shapes are not known, since it does not run on made-up inputs; give calibration "
            + $"inputs. {failure!.Message}", failure);
    }

    private static ModelRunShapes Run(WorkingModel model, Dictionary<string, OrtValue> inputs, int rows)
    {
        try
        {
            var found = new ModelRunShapes(rows);
            foreach (var (name, value) in inputs) found.shapes[name] = value.GetTensorTypeAndShape().Shape;
            var wanted = model.Nodes.SelectMany(node => node.Output).Where(name => name.Length > 0).Distinct().ToList();
            if (wanted.Count == 0) return found;
            using var part =
                ModelPart.Create(model, inputs.ToDictionary(i => i.Key, i => (int)i.Value.GetTensorTypeAndShape().ElementDataType), wanted,
                optimized: false);
            foreach (var (name, value) in wanted.Zip(part.Run(name => inputs[name])))
            {
                if (value.IsTensor) found.shapes[name] = value.GetTensorTypeAndShape().Shape;
                value.Dispose();
            }
            return found;
        }
        finally
        {
            foreach (var value in inputs.Values) value.Dispose();
        }
    }
}
