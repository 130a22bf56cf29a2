using System.Diagnostics;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Evaluation.Outputs;
using GspMl.Onnx.Sessions.Devices;
using GspMl.Onnx.Sessions;
using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Evaluation;

/// <summary>One model over the rows of an evaluation.</summary>
internal sealed class ModelRun : IDisposable
{
    private static readonly TimeSpan LeastTimed = TimeSpan.FromMilliseconds(2);

    private readonly ModelSession session;
    private readonly BatchFeeder feeder;
    private readonly EvaluationOptions options;
    private readonly RunOptions runOptions = new();

    private ModelRun(ModelSession session, BatchFeeder feeder, EvaluationOptions options, string? note)
        => (this.session, this.feeder, this.options, Note) = (session, feeder, options, note);

    public OnnxModel Model => session.Model;

    /// <summary>What runs it.</summary>
    public Device Device => session.Device;

    /// <summary>Why it is not the device that was asked for first.</summary>
    public string? Note { get; }

    /// <summary>The nodes that the CPU ran beside that device.</summary>
    public IReadOnlyList<CpuNode> CpuNodes { get; private set; } = [];

    /// <exception cref="OnnxModelException">The model does not load, or does not take the inputs.</exception>
    public static ModelRun Open(Device device, OnnxModel model, EvaluationData data, EvaluationOptions options, string? note = null)
    {
        var session = ModelSession.Open(model, device, options.MaxThreads);
        try
        {
            return new(session, BatchFeeder.Create(session.Model, data), options, note);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs one batch of which nothing is kept but which nodes the CPU ran: a device may fail only now, and its memory only at a whole
    /// batch.
    /// </summary>
    /// <exception cref="OnnxModelException">The model, its inputs or the device fail.</exception>
    public void Try()
    {
        RunBatch(0, Math.Min(RowsOf(options.BatchSize), feeder.Rows), []);
        CpuNodes = session.CpuNodes();
    }

    /// <summary>The rows of one run when <paramref name="wanted"/> are asked for.</summary>
    public int RowsOf(int wanted) => feeder.FixedBatch ?? feeder.CountFrom(0, Math.Min(wanted, feeder.Rows));

    /// <summary>Rows in all.</summary>
    public int Rows => feeder.Rows;

    /// <summary>Runs that it takes to see all rows.</summary>
    public int Batches => feeder.Batches(options.BatchSize).Count;

    /// <summary>All numeric outputs over all rows.</summary>
    /// <param name="before">Called before each batch.</param>
    /// <param name="cancel">Looked at between batches.</param>
    public IReadOnlyList<OutputTensor> Outputs(Action before, CancellationToken cancel)
    {
        var collectors = new Dictionary<string, OutputCollector>();
        foreach (var (first, count) in feeder.Batches(options.BatchSize))
        {
            cancel.ThrowIfCancellationRequested();
            before();
            RunBatch(first, count, collectors);
        }
        return [.. collectors.Values.Select(collector => collector.Result())];
    }

    /// <summary>
    /// The time of one run on the first rows, inputs made ready before: the mean of as many as fill a few milliseconds, after one that only
    /// wakes this model's threads and fetches its weights, which another model may have driven out.
    /// </summary>
    public TimeSpan? Time(int batchSize)
    {
        using var inputs = FirstRows(batchSize);
        return TimeIfItRuns(() => session.Run(runOptions, inputs.Values).Dispose());
    }

    /// <summary>
    /// The same without the copies to and from the device: inputs lie in its memory before, outputs stay there. Null where it has no memory
    /// of its own.
    /// </summary>
    public TimeSpan? TimeOnDevice(int batchSize)
    {
        using var inputs = FirstRows(batchSize);
        using var binding = session.Bind(inputs.Values);
        if (binding is null) return null;
        return TimeIfItRuns(() =>
        {
            session.Run(runOptions, binding);
            binding.SynchronizeBoundOutputs();
        });
    }

    private Inputs FirstRows(int batchSize) => new(feeder.Batch(0, Math.Min(RowsOf(batchSize), feeder.Rows)));

    /// <summary>Null where the run fails: a model may take many rows and not one.</summary>
    private static TimeSpan? TimeIfItRuns(Action run)
    {
        try { return Time(run); }
        catch (OnnxRuntimeException) { return null; }
    }

    private static TimeSpan Time(Action run)
    {
        run();
        var runs = 0;
        var start = Stopwatch.GetTimestamp();
        do
        {
            run();
            runs++;
        }
        while (Stopwatch.GetElapsedTime(start) < LeastTimed);
        return Stopwatch.GetElapsedTime(start) / runs;
    }

    private void RunBatch(int first, int count, Dictionary<string, OutputCollector> collectors)
    {
        try
        {
            using var inputs = new Inputs(feeder.Batch(first, count));
            var (names, mask) = (session.Session.OutputNames, PositionMask.Of(inputs.Values));
            using var outputs = session.Run(runOptions, inputs.Values);
            for (var i = 0; i < names.Count; i++)
            {
                if (TensorConversion.ToFloats(outputs[i]) is not { } values) continue;
                if (!collectors.TryGetValue(names[i], out var collector))
                    collectors.Add(names[i], collector = new(names[i], session.Session.OutputMetadata[names[i]].Dimensions));
                var type = outputs[i].GetTensorTypeAndShape();
                collector.Add(values, Shape(outputs[i]), feeder.FixedBatch ?? count, count, TensorConversion.IsWhole(type.ElementDataType),
                    mask);
            }
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException)
        {
            throw new OnnxModelException($"{Model.Path}, rows {first} to {first + count - 1}: {e.Message}", e);
        }
    }

    /// <summary>The shape of what a run put out; where a run is one row and there is no axis for it, that row's.</summary>
    private long[] Shape(OrtValue output)
    {
        var shape = output.GetTensorTypeAndShape().Shape;
        return feeder.FixedBatch == 1 && shape is not [1, ..] ? [1, .. shape] : shape;
    }

    public void Dispose()
    {
        runOptions.Dispose();
        session.Dispose();
    }

    /// <summary>The inputs of one run, disposed together.</summary>
    private sealed class Inputs(Dictionary<string, OrtValue> values) : IDisposable
    {
        public IReadOnlyDictionary<string, OrtValue> Values => values;

        public void Dispose()
        {
            foreach (var value in values.Values) value.Dispose();
        }
    }
}
