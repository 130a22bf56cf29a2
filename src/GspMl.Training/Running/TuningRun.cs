using System.Diagnostics;
using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Sessions.Devices;
using GspMl.Training.Data;
using GspMl.Training.Forward;
using GspMl.Training.Losses;
using GspMl.Training.Optimizers;
using GspMl.Training.Sparsity;
using GspMl.Training.Steps;

namespace GspMl.Training.Running;

/// <summary>
/// One run: the teacher's outputs → a graph with loss and gradients → epochs of steps, with zeros chosen between them → the state that
/// did best on rows held back.
/// </summary>
internal sealed class TuningRun : IDisposable
{
    private readonly OnnxModel model;
    private readonly TuningOptions options;
    private readonly Device device;
    private readonly RowOrder order;
    private readonly Batch batch;
    private readonly TeacherSession teacher;
    private readonly Wanted wanted;
    private readonly TrainedModel trained;
    private readonly StepRunner runner;
    private readonly SparsityPlan plan;
    private readonly LearningRate rate;
    private readonly Curve curve;
    private readonly int batchesPerStep;
    private readonly int stepsPerEpoch;

    private TuningRun(Device device, OnnxModel model, TuningOptions options, RowOrder order, (Batch Batch, TeacherSession Teacher) rows,
        Wanted wanted, TrainedModel trained, StepRunner runner)
    {
        (this.device, this.model, this.options, this.order, this.wanted) = (device, model, options, order, wanted);
        ((batch, teacher), this.trained, this.runner) = (rows, trained, runner);
        batchesPerStep = Math.Max(1, (int)Math.Round((double)options.BatchSize / batch.Size));
        stepsPerEpoch = Math.Max(1, (order.Fitted.Length + (batchesPerStep * batch.Size) - 1) / (batchesPerStep * batch.Size));
        rate = new(options.Optimizer.LearningRate, Steps, options.WarmUp);
        plan = new(options.Sparsity, trained.Weights, Steps, target => trained.Project(options.Sparsity.Projection!, target,
            options.MaxThreads));
        curve = new(trained.Parameters, options.Patience);
    }

    /// <summary>Where the state is kept; null where it is not.</summary>
    private Checkpoint? Checkpoint { get; init; }

    private int Steps => options.Epochs * stepsPerEpoch;

    /// <exception cref="OnnxModelException">The model cannot be trained, or does not take the data.</exception>
    /// <exception cref="NothingMatchedException">No weight can be trained.</exception>
    public static TuningRun Open(Device device, OnnxModel model, TuningOptions options, CancellationToken cancel)
    {
        var store = RowStore.Of(model, options.Data);
        var forward = ForwardGraph.Of(model.Path, new WorkingModel(model));
        FiniteParameters.Check(model.Dense(), forward.Graph);
        var dense = Teacher(options) ?? forward;
        var sessions = new Sessions(model.Path, device, options.MaxThreads);
        var order = new RowOrder(store.Rows, options.HeldBack, options.Seed);
        var opened = new List<IDisposable>();
        try
        {
            var rows = BatchChoice.Open(sessions, dense, store, Math.Min(options.BatchSize, order.Fitted.Length));
            opened.AddRange([rows.Teacher, rows.Batch]);
            var outputs = Common(forward, rows.Teacher.RunAll(store.Rows, cancel), dense.Path);
            var losses = LossChoice.Of(options.Teacher ?? model, outputs, options);
            CheckWanted(dense.Path, outputs, losses);
            var wanted = Wanted(outputs, losses, options, rows.Batch.Size);
            opened.Add(wanted);
            wanted.Fill([0], 1);
            var inputs = rows.Batch.Values.Concat(wanted.Values).ToDictionary();
            RequireMany(model.Path, options, rows.Batch);
            var trained = TrainedModel.Build(model, forward, losses, inputs, options.Normalization);
            opened.Add(trained);
            return new(device, model, options, order, rows, wanted, trained, Runner(sessions, trained, options, inputs))
            {
                Checkpoint = options.Checkpoint is { } path ? new(path, RunIdentity.Of(model, options, store)) : null,
            };
        }
        catch
        {
            foreach (var part in opened) part.Dispose();
            throw;
        }
    }

    private static ForwardGraph? Teacher(TuningOptions options)
    {
        if (options.Teacher is not { } teacher) return null;
        var graph = ForwardGraph.Of(teacher.Path, new WorkingModel(teacher));
        FiniteParameters.Check(teacher.Dense(), graph.Graph);
        return graph;
    }

    /// <summary>Nothing can come near to what is no number.</summary>
    private static void CheckWanted(string path, IReadOnlyList<TeacherOutput> outputs, IReadOnlyList<OutputLoss> losses)
    {
        foreach (var output in outputs.Where(output => losses.Any(loss => loss.Output == output.Name)))
            if (output.FirstNotFinite is var row and >= 0)
                throw new OnnxModelException($"{path}: output '{output.Name}' is NaN or infinity for row {row}; nothing can be learned "
                    + "of it.");
    }

    /// <summary>A single row has no statistics.</summary>
    private static void RequireMany(string path, TuningOptions options, Batch batch)
    {
        if (options.Normalization == TuningNormalization.Training && batch.Size == 1)
            throw new OnnxModelException($"{path}: normalisation in training mode takes the statistics of a batch, and the model runs one "
                + "row at a time.");
    }

    private static StepRunner Runner(Sessions sessions, TrainedModel trained, TuningOptions options,
        IReadOnlyDictionary<string, Microsoft.ML.OnnxRuntime.OrtValue> inputs)
        => sessions.Device.IsCpu ? new HostRunner(sessions, trained.Training, trained.Parameters, options.Optimizer, inputs)
            : new DeviceRunner(sessions, trained.Training, trained.Parameters, options.Optimizer, inputs);

    private static List<TeacherOutput> Common(ForwardGraph student, IReadOnlyList<TeacherOutput> outputs, string path)
    {
        List<TeacherOutput> common = [.. outputs.Where(output => student.Outputs.Contains(output.Name))];
        return common.Count > 0 ? common
            : throw new OnnxModelException($"{path}: none of its outputs has the name of one of {student.Path}.");
    }

    private static Wanted Wanted(IReadOnlyList<TeacherOutput> outputs, IReadOnlyList<OutputLoss> losses, TuningOptions options, int size)
        => losses.OfType<LabelLoss>().FirstOrDefault() is not { } labelled ? new(outputs, null, 0, size)
            : new(outputs, options.Data.Labels, (int)outputs.First(output => output.Name == labelled.Output).Shape[1], size);

    /// <summary>Goes through all epochs, or until no better state comes.</summary>
    public TuningResult Run(IProgress<TuningProgress>? progress, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var (first, note) = (Resume(), "");
        for (var epoch = first; epoch <= options.Epochs && !curve.IsExhausted; epoch++)
        {
            if (!Epoch(epoch, first, clock, progress, cancel))
            {
                if (curve.Best.Count == 0)
                    throw new OnnxModelException($"{model.Path}: the loss was no number in epoch {epoch}, before there was a "
                        + "result; try a smaller learning rate.");
                note = $"The loss was no number in epoch {epoch}; the state before is the result.";
                break;
            }
            Save(epoch);
        }
        return new(trained.Result(curve.Best), Report(clock.Elapsed, $"{note} {curve.Doubt}".Trim()));
    }

    private int Resume()
    {
        if (Checkpoint?.Read(trained.Parameters, curve, plan) is { } done)
        {
            runner.Upload();
            return done + 1;
        }
        plan.Begin();
        runner.Upload();
        var loss = HeldBackLoss();
        if (order.HeldBack.Length > 0 && !double.IsFinite(loss)) throw NoNumber();
        curve.Add(new(0, double.NaN, loss, trained.Zeros()), plan.IsSettled(0));
        return 1;
    }

    private void Save(int epoch)
    {
        if (Checkpoint is null) return;
        runner.Download();
        Checkpoint.Write(trained.Parameters, curve, plan, epoch);
    }

    /// <returns>Whether the loss is a number.</returns>
    private bool Epoch(int epoch, int first, Stopwatch clock, IProgress<TuningProgress>? progress, CancellationToken cancel)
    {
        var (rows, random) = order.Epoch(epoch, options.Normalization == TuningNormalization.Training ? batch.Size : 1);
        var (sum, begin) = (0.0, (epoch - 1) * stepsPerEpoch);
        for (var i = 0; i < stepsPerEpoch; i++)
        {
            cancel.ThrowIfCancellationRequested();
            if (plan.IsDue(begin + i)) Choose(begin + i);
            var size = batchesPerStep * batch.Size;
            var loss = Step(rows.AsSpan(i * size, Math.Min(size, rows.Length - (i * size))), random, begin + i);
            if (!double.IsFinite(loss) && begin + i == 0) throw NoNumber();
            if (!double.IsFinite(loss)) return false;
            sum += loss;
            var done = begin + i + 1 - ((first - 1) * stepsPerEpoch);
            progress?.Report(new(epoch, begin + i + 1, Steps, NotNegative(loss), curve.LastHeldBack, trained.LastZeros,
                clock.Elapsed / done * (Steps - begin - i - 1)));
        }
        if (plan.IsSettled(begin + stepsPerEpoch)) runner.Download();
        curve.Add(new(epoch, NotNegative(sum / stepsPerEpoch), HeldBackLoss(), trained.Zeros()), plan.IsSettled(begin + stepsPerEpoch));
        return double.IsFinite(curve.Last);
    }

    /// <summary>Before any weight was changed, the learning rate is not to blame.</summary>
    private OnnxModelException NoNumber() => new($"{model.Path}: the loss is no number before the first step: the model puts out NaN or "
        + "infinity for the rows, or numbers too far from those wanted.");

    private void Choose(int step)
    {
        runner.Download();
        plan.Choose(step);
        runner.Upload();
    }

    private double Step(ReadOnlySpan<int> rows, Random random, int step)
    {
        var loss = 0.0;
        for (var start = 0; start < rows.Length; start += batch.Size)
        {
            var count = Math.Min(batch.Size, rows.Length - start);
            Fill(rows.Slice(start, count), rows.Length, random);
            loss += runner.Step(rate.At(step), step, start == 0, start + count == rows.Length);
        }
        return loss;
    }

    private void Fill(ReadOnlySpan<int> rows, int whole, Random random)
    {
        batch.Fill(rows);
        if (options.Variation is { } variation && batch.CanVary)
        {
            batch.Vary(variation, random);
            using var results = teacher.Run();
            wanted.Fill(rows, whole, results);
        }
        else wanted.Fill(rows, whole);
    }

    private double HeldBackLoss()
    {
        if (order.HeldBack.Length == 0) return double.NaN;
        var loss = 0.0;
        for (var start = 0; start < order.HeldBack.Length; start += batch.Size)
        {
            var rows = order.HeldBack.AsSpan(start, Math.Min(batch.Size, order.HeldBack.Length - start));
            batch.Fill(rows);
            wanted.Fill(rows, order.HeldBack.Length);
            loss += runner.Loss();
        }
        return NotNegative(loss);
    }

    /// <summary>Every loss is at least 0, but for rounding where two distributions agree.</summary>
    private static double NotNegative(double loss) => Math.Max(0, loss);

    private TuningReport Report(TimeSpan time, string note)
        => new(options, curve.Epochs, curve.BestEpoch, [.. trained.Parameters.Where(parameter => !parameter.IsStatistic)
            .Select(parameter => parameter.Name)], trained.LeftAlone)
        {
            Steps = (curve.Epochs.Count - 1) * stepsPerEpoch,
            BatchSize = batchesPerStep * batch.Size,
            Time = time,
            Provider = device.Name,
            Note = note,
        };

    public void Dispose()
    {
        runner.Dispose();
        trained.Dispose();
        wanted.Dispose();
        teacher.Dispose();
        batch.Dispose();
    }
}
