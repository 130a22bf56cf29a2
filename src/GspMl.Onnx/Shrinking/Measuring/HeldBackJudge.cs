using GspMl.Onnx.Calibration;
using GspMl.Onnx.Sessions;
using GspMl.Onnx.Sessions.Devices;
using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Shrinking.Measuring;

/// <summary>How far models are from the dense one on calibration rows that nothing is fitted to.</summary>
internal sealed class HeldBackJudge
{
    // Tensors that a run holds at once are some times as large as what the model reads.
    private const double TensorsOfInputs = 8;

    private readonly IReadOnlyList<CalibrationBatch> batches;
    private readonly IReadOnlyList<string> outputs;
    private readonly CancellationToken cancel;
    private readonly OutputChange change;
    private readonly int atOnce;

    /// <param name="dense">The dense model.</param>
    /// <param name="inputs">Calibration inputs.</param>
    /// <param name="mostRows">The most rows to run for each model.</param>
    /// <param name="cancel">Looked at between batches.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not run the model.</exception>
    public HeldBackJudge(OnnxModel dense, CalibrationInputs inputs, int mostRows, CancellationToken cancel)
    {
        (batches, outputs, this.cancel) = (inputs.HeldBack(mostRows), [.. dense.Proto.Graph.Output.Select(output => output.Name)], cancel);
        var bytes = TensorsOfInputs * sizeof(float) * inputs.RowsOfBatch * inputs.NumbersOfRow();
        atOnce = ActivationStream.BatchesAtOnce((long)bytes, dense.Elements.MaxThreads);
        change = new(Run(dense));
    }

    /// <summary>The squared change of a model's outputs in units of their variance.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime does not run the model.</exception>
    public double ChangeOf(OnnxModel model) => Run(model).Select((values, batch) => change.Of(batch, values)).Sum();

    private List<IReadOnlyList<FloatTensor>> Run(OnnxModel model)
    {
        // On one thread ONNX Runtime adds up in one order; batches run at once instead.
        using var session = ModelSession.Open(model, Device.Cpu, maxThreads: 1);
        using var options = new RunOptions();
        var found = new List<IReadOnlyList<FloatTensor>>();
        OrderedBatches.Run(batches.Count, atOnce, batch => Run(session, options, batches[batch].Create()), (_, values) => found.Add(values),
            cancel);
        return found;
    }

    private List<FloatTensor> Run(ModelSession session, RunOptions options, Dictionary<string, OrtValue> inputs)
    {
        try
        {
            var mask = PositionMask.Of(inputs);
            using var results = session.Session.Run(options, inputs, outputs);
            return [.. results.Select(result => Read(result, mask))];
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{session.Model.Path}: ONNX Runtime does not run it on calibration rows: {e.Message}", e);
        }
        finally
        {
            foreach (var value in inputs.Values) value.Dispose();
        }
    }

    private static FloatTensor Read(OrtValue value, PositionMask? mask)
    {
        if (!FloatTensor.IsReadable(value)) return new([], []);
        return mask?.Cleared(FloatTensor.Of(value)) ?? FloatTensor.Of(value);
    }
}
