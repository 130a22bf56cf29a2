using GspMl.Onnx.Evaluation;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>Calibration inputs as batches for ONNX Runtime, some held back: what is fitted to the others is judged on those.</summary>
internal sealed class CalibrationInputs
{
    // Every fifth row: held-back rows then come from all over the data, in whatever order it lies.
    private const int HeldBackEvery = 5;

    private readonly BatchFeeder feeder;
    private readonly int batchSize;

    private CalibrationInputs(BatchFeeder feeder, int batchSize) => (this.feeder, this.batchSize) = (feeder, batchSize);

    /// <summary>Rows in all.</summary>
    public int Rows => feeder.Rows;

    /// <exception cref="OnnxModelException">The model does not take the inputs, or they are not finite; the message names them.</exception>
    public static CalibrationInputs Create(OnnxModel model, EvaluationData data, int batchSize)
    {
        foreach (var input in data.Inputs) CheckFinite(model, input);
        using var session = ModelSession.Open(model, Device.Cpu);
        var feeder = BatchFeeder.Create(session, data);
        return new(feeder, feeder.FixedBatch ?? batchSize);
    }

    /// <summary>One NaN would make every mean over the rows NaN, and with them the values of the model.</summary>
    private static void CheckFinite(OnnxModel model, InputTensor input)
    {
        var bad = input.Values switch
        {
            float[] values => Array.FindIndex(values, value => !float.IsFinite(value)),
            double[] values => Array.FindIndex(values, value => !double.IsFinite(value)),
            _ => -1,
        };
        if (bad < 0) return;
        var row = input.Shape.Count == 0 ? 0 : bad / (input.Values.Length / input.Shape[0]);
        throw new OnnxModelException($"{model.Path}: the calibration values{(input.Name is null ? "" : $" of input '{input.Name}'")} hold NaN or infinity in row {row}.");
    }

    /// <summary>Batches of all rows.</summary>
    public IReadOnlyList<Dictionary<string, OrtValue>> All() => Batches(_ => true);

    /// <summary>Batches of the rows to fit to: four of five.</summary>
    public IReadOnlyList<Dictionary<string, OrtValue>> Fit() => Batches(batch => batch % HeldBackEvery != HeldBackEvery - 1);

    /// <summary>Batches of the rows held back: one of five.</summary>
    public IReadOnlyList<Dictionary<string, OrtValue>> HeldBack() => Batches(batch => batch % HeldBackEvery == HeldBackEvery - 1);

    private List<Dictionary<string, OrtValue>> Batches(Func<int, bool> select)
    {
        var starts = Enumerable.Range(0, (Rows + batchSize - 1) / batchSize).Where(select);
        var batches = starts.Select(batch => feeder.Batch(batch * batchSize, Math.Min(batchSize, Rows - (batch * batchSize)))).ToList();
        return batches.Count > 0 ? batches : [feeder.Batch(0, Math.Min(batchSize, Rows))];
    }
}
