using GspMl.Onnx.Sweeping;

namespace GspMl.Onnx;

/// <summary>
/// Prunes a model to several fractions of zeros, or shrinks it by several fractions of its multiply-accumulates, and judges all of them:
/// the picture to decide from.
/// </summary>
/// <remarks>
/// What the levels of a curve find out alike about the dense model (how much filters and positions count, what levels cost each layer) is
/// found out once; each model is, byte for byte, what <see cref="ModelPruner"/> or <see cref="ModelShrinker"/> makes alone. All models are
/// judged in one run, their latencies timed in turns. The models are held in memory until the result is disposed of.
/// </remarks>
public static class SparsitySweep
{
    /// <summary>Makes the models and judges them. Nothing is written; the given model is unchanged.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows that models are judged on, best none of those that they are calibrated on.</param>
    /// <param name="options">The curves, how to judge, and limits.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="cancel">Looked at between and inside the levels.</param>
    /// <exception cref="NothingMatchedException">A pattern matches no weight, no weight is left, or no channel can go.</exception>
    /// <exception cref="OnnxModelException">A weight cannot be read, the model does not run on the rows, an amount is out of reach, or a
    /// limit does not apply to its outputs, which is found out before any model is made; the message names file and tensor.</exception>
    /// <exception cref="ProviderUnavailableException">CUDA was asked for and is not there.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value, which the error names, or a limit needs
    /// labels.</exception>
    public static SweepResult Run(OnnxModel model, EvaluationData rows, SweepOptions options, IProgress<SweepProgress>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.MaxAccuracyDrop is not null && rows.Labels is null)
            throw new ArgumentException("A limit of the accuracy needs labels.", nameof(rows));
        if (options.HasLimits) CheckLimits(model, rows, options, cancel);
        var made = new List<MadeModel>();
        try
        {
            foreach (var level in Make(model, options, progress, cancel)) made.Add(level);
            progress?.Report(new(made.Count, made.Count, null, null, null));
            return Judge(model, Sorted(options, made), rows, options, cancel);
        }
        catch
        {
            made.ForEach(level => level.Model.Dispose());
            throw;
        }
    }

    /// <summary>What a limit is of shows in the dense model's outputs.</summary>
    private static void CheckLimits(OnnxModel model, EvaluationData rows, SweepOptions options, CancellationToken cancel)
    {
        var dense = ModelEvaluator.Evaluate([model], rows, options.Evaluation with { LatencyRuns = 0, CompressedSize = false }, cancel)[0];
        new SweepLimits(options, model.Path).Check(ModelEvaluator.Compare(dense, dense));
    }

    private static IEnumerable<MadeModel> Make(OnnxModel model, SweepOptions options, IProgress<SweepProgress>? progress,
        CancellationToken cancel)
    {
        var (done, count) = (-1, options.Curves.Sum(curve => curve.Amounts.Count));
        foreach (var curve in options.Curves)
        {
            IProgress<PruningProgress>? Begin(double amount)
            {
                cancel.ThrowIfCancellationRequested();
                done++;
                return progress is null ? null : new LevelProgress(progress, new(done, count, curve, amount, null));
            }
            foreach (var level in curve.Make(model, Begin, cancel)) yield return level;
        }
    }

    private static List<MadeModel> Sorted(SweepOptions options, IEnumerable<MadeModel> made)
        => [.. options.Curves.SelectMany(curve => made.Where(level => ReferenceEquals(level.Curve, curve)).OrderBy(level => level.Asked))];

    private static SweepResult Judge(OnnxModel model, List<MadeModel> made, EvaluationData rows, SweepOptions options,
        CancellationToken cancel)
    {
        var results = ModelEvaluator.Evaluate([model, .. made.Select(level => level.Model)], rows, options.Evaluation, cancel);
        var levels = made.Select((level, i) => Judged(level, ModelEvaluator.Compare(results[0], results[i + 1]))).ToList();
        var (quality, dense) = (SweepQuality.Of(levels[0].Comparison), made[0].Dense);
        var limits = new SweepLimits(options, model.Path);
        var curves = options.Curves.Select(curve => levels.Where(level => ReferenceEquals(level.Curve, curve)).ToList());
        return new()
        {
            Dense = results[0],
            DenseAmount = dense,
            Measure = quality.Measure,
            DenseQuality = quality.Dense,
            Levels = [.. curves.SelectMany(curve => limits.Tested(Knee.Marked(curve, dense, quality)))],
        };
    }

    private static SweepLevel Judged(MadeModel made, ModelComparison both) => new()
    {
        Curve = made.Curve,
        Asked = made.Asked,
        Amount = made.Amount,
        Model = made.Model,
        Pruning = made.Pruning,
        Shrinking = made.Shrinking,
        Comparison = both,
        Quality = SweepQuality.Of(both).Pruned,
    };

    private sealed class LevelProgress(IProgress<SweepProgress> inner, SweepProgress level) : IProgress<PruningProgress>
    {
        public void Report(PruningProgress value) => inner.Report(level with { Pruning = value });
    }
}
