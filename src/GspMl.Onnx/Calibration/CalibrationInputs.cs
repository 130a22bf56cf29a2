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

    /// <exception cref="OnnxModelException">The model does not take the inputs; the message names them.</exception>
    public static CalibrationInputs Create(OnnxModel model, EvaluationData data, int batchSize)
    {
        using var session = ModelSession.Open(model, Device.Cpu);
        var feeder = BatchFeeder.Create(session, data);
        return new(feeder, feeder.FixedBatch ?? batchSize);
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
