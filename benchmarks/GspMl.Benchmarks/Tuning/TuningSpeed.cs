using System.Globalization;
using GspMl.Cli.Npy;
using GspMl.Onnx;
using GspMl.Projection;
using GspMl.Training;

namespace GspMl.Benchmarks.Tuning;

/// <summary>
/// `bench tuning gpu cpu|cuda MODEL.onnx ROWS.npy [BATCH] [STEPS] [THREADS]`: steps a second, and the losses of the first ones, to be laid
/// beside those of another device. The model is pruned before, so that there is something to learn.
/// </summary>
internal static class TuningSpeed
{
    public static void Run(string[] args)
    {
        var provider = Enum.Parse<ExecutionProvider>(args[0], ignoreCase: true);
        var batch = args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 64;
        var steps = args.Length > 4 ? int.Parse(args[4], CultureInfo.InvariantCulture) : 40;
        using var model = OnnxModel.Load(args[1]);
        var array = NpyReader.Read(args[2]);
        var data = new EvaluationData([InputTensor.Create(null, array.As<float>(), [.. array.Shape])]);
        var log = new StepLog();
        using var pruned = ModelPruner.Prune(model, PruningOptions.Fast(SparsityTarget.Zeros(0.8))).Model;
        var perEpoch = Math.Max(1, (array.Shape[0] + batch - 1) / batch);
        var result = ModelTuner.Tune(pruned, new()
        {
            Data = data,
            Teacher = model,
            BatchSize = batch,
            Epochs = Math.Max(1, (steps + perEpoch - 1) / perEpoch),
            Variation = null,
            HeldBack = 0,
            Provider = provider,
            MaxThreads = args.Length > 5 ? int.Parse(args[5], CultureInfo.InvariantCulture) : 0,
        }, log);
        Console.WriteLine($"{Path.GetFileName(args[1])} on {result.Report.Provider}, batches of {result.Report.BatchSize}: "
            + $"{log.PerSecond:f2} steps a "
            + $"second over {log.Count - 1} steps, the first not counted; "
            + $"{log.ProcessorTime.TotalMilliseconds:f2} ms of processor time a step");
        var losses = log.Losses.Take(20).Select(loss => loss.ToString("g6", CultureInfo.InvariantCulture));
        Console.WriteLine($"losses {string.Join(' ', losses)}");
        if (result.Report.Note.Length > 0) Console.WriteLine(result.Report.Note);
        foreach (var weight in result.Report.LeftAlone) Console.WriteLine($"left alone: {weight.Name}: {weight.Reason}");
    }

    /// <summary>Notes each step as it ends.</summary>
    private sealed class StepLog : IProgress<TuningProgress>
    {
        private long first;
        private long last;
        private TimeSpan busyFirst;
        private TimeSpan busyLast;

        /// <summary>Of a step, in the mean.</summary>
        public TimeSpan ProcessorTime => (busyLast - busyFirst) / (Count - 1);

        public List<double> Losses { get; } = [];

        public int Count => Losses.Count;

        public double PerSecond => (Count - 1) / System.Diagnostics.Stopwatch.GetElapsedTime(first, last).TotalSeconds;

        public void Report(TuningProgress value)
        {
            last = System.Diagnostics.Stopwatch.GetTimestamp();
            busyLast = Environment.CpuUsage.TotalTime;
            if (Count == 0) (first, busyFirst) = (last, busyLast);
            Losses.Add(value.Loss);
        }
    }
}
