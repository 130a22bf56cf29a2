using System.Diagnostics;
using GspMl.Onnx.Evaluation.Devices;
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

    private ModelRun(ModelSession session, BatchFeeder feeder, EvaluationOptions options, string? note) => (this.session, this.feeder, this.options, Note) = (session, feeder, options, note);

    public OnnxModel Model => session.Model;

    public string Provider => session.Provider;

    /// <summary>Why it is not the device that was asked for first.</summary>
    public string? Note { get; }

    /// <exception cref="OnnxModelException">The model does not load, or does not take the inputs.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    public static ModelRun Open(OnnxModel model, EvaluationData data, EvaluationOptions options)
        => options.Provider == ExecutionProvider.Cpu ? OpenOn(Device.Cpu, model, data, options) : OpenOnGpu(model, data, options);

    /// <summary>A GPU may be found not to work only when the model is loaded, or first run.</summary>
    private static ModelRun OpenOnGpu(OnnxModel model, EvaluationData data, EvaluationOptions options)
    {
        try { return OpenOn(options.Gpu, model, data, options).Tried(); }
        catch (OnnxModelException e)
        {
            // Where the model or its inputs are at fault, they fail on the CPU too, and that is the error to tell.
            var run = OpenOn(Device.Cpu, model, data, options, $"{CudaDevice.Advice(e)} The CPU ran the model.").Tried();
            if (options.Provider == ExecutionProvider.Auto) return run;
            run.Dispose();
            throw new ProviderUnavailableException(CudaDevice.Advice(e), e);
        }
    }

    private static ModelRun OpenOn(Device device, OnnxModel model, EvaluationData data, EvaluationOptions options, string? note = null)
    {
        var session = ModelSession.Open(model, device, options.MaxThreads);
        try
        {
            return new(session, BatchFeeder.Create(session, data), options, note);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>This, after one run of which nothing is kept.</summary>
    private ModelRun Tried()
    {
        try
        {
            RunBatch(0, Math.Min(RowsOf(1), feeder.Rows), []);
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The rows of one run when <paramref name="wanted"/> are asked for.</summary>
    public int RowsOf(int wanted) => feeder.FixedBatch ?? Math.Min(wanted, feeder.Rows);

    /// <summary>All numeric outputs over all rows.</summary>
    public IReadOnlyList<OutputTensor> Outputs(CancellationToken cancel)
    {
        var collectors = new Dictionary<string, OutputCollector>();
        var size = feeder.FixedBatch ?? options.BatchSize;
        for (var first = 0; first < feeder.Rows; first += size)
        {
            cancel.ThrowIfCancellationRequested();
            RunBatch(first, Math.Min(size, feeder.Rows - first), collectors);
        }
        return [.. collectors.Values.Select(collector => collector.Result(feeder.Rows))];
    }

    /// <summary>
    /// The time of one run on the first rows, inputs made ready before: the mean of as many as fill a few milliseconds, after one that only wakes
    /// this model's threads and fetches its weights, which another model may have driven out.
    /// </summary>
    public TimeSpan Time(int batchSize)
    {
        using var inputs = new Inputs(feeder.Batch(0, Math.Min(RowsOf(batchSize), feeder.Rows)));
        session.Run(runOptions, inputs.Values).Dispose();
        var runs = 0;
        var start = Stopwatch.GetTimestamp();
        do
        {
            session.Run(runOptions, inputs.Values).Dispose();
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
            var names = session.Session.OutputNames;
            using var outputs = session.Run(runOptions, inputs.Values);
            for (var i = 0; i < names.Count; i++)
            {
                if (TensorConversion.ToFloats(outputs[i]) is not { } values) continue;
                if (!collectors.TryGetValue(names[i], out var collector)) collectors.Add(names[i], collector = new(names[i]));
                collector.Add(values, outputs[i].GetTensorTypeAndShape().Shape, feeder.FixedBatch ?? count, count);
            }
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException)
        {
            throw new OnnxModelException($"{Model.Path}, rows {first} to {first + count - 1}: {e.Message}", e);
        }
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
