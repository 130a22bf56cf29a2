using GspMl.Onnx.Pipeline;
using GspMl.Onnx.Sweeping;
using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>Prunes a model to several fractions of zeros and judges all of them: the picture to decide from.</summary>
/// <remarks>
/// What the levels find out alike about the dense model (how much filters and positions count, what levels cost each layer) is found out
/// once; each model is, byte for byte, what <see cref="ModelPruner"/> makes alone. All models are judged in one run, their latencies
/// timed in turns. The pruned models are held in memory until the result is disposed of.
/// </remarks>
public static class SparsitySweep
{
    /// <summary>Prunes and judges. Nothing is written; the given model is unchanged.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rows">The rows that models are judged on, best none of those that they are calibrated on.</param>
    /// <param name="options">The levels, how to prune and to judge, and limits.</param>
    /// <param name="progress">Told each step.</param>
    /// <param name="cancel">Looked at between and inside the levels.</param>
    /// <exception cref="NothingMatchedException">A pattern matches no weight, or no weight is left.</exception>
    /// <exception cref="OnnxModelException">A weight cannot be read, the model does not run on the rows, or a limit does not apply to its
    /// outputs; the message names file and tensor.</exception>
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
        var pruned = new List<PruningResult>();
        try
        {
            foreach (var result in Prune(model, options, progress, cancel)) pruned.Insert(0, result);
            progress?.Report(new(pruned.Count, pruned.Count, null, null));
            return Judge(model, pruned, rows, options, cancel);
        }
        catch
        {
            pruned.ForEach(result => result.Model.Dispose());
            throw;
        }
    }

    /// <summary>One model for each level, the sparsest first: it finds out what all others need.</summary>
    private static IEnumerable<PruningResult> Prune(OnnxModel model, SweepOptions options, IProgress<SweepProgress>? progress,
        CancellationToken cancel)
    {
        var findings = new DenseFindings();
        for (var done = 0; done < options.Zeros.Count; done++)
        {
            cancel.ThrowIfCancellationRequested();
            var zeros = options.Zeros[^(done + 1)];
            var told = progress is null ? null : new LevelProgress(progress, done, options.Zeros.Count, zeros);
            yield return ModelPruner.Prune(model, options.Pruning with { Target = SparsityTarget.Zeros(zeros) }, findings, told, cancel);
        }
    }

    private static SweepResult Judge(OnnxModel model, IReadOnlyList<PruningResult> pruned, EvaluationData rows, SweepOptions options,
        CancellationToken cancel)
    {
        var results = ModelEvaluator.Evaluate([model, .. pruned.Select(result => result.Model)], rows, options.Evaluation, cancel);
        var levels = pruned
            .Select((result, i) => Level(options.Zeros[i], result, ModelEvaluator.Compare(results[0], results[i + 1]))).ToList();
        var first = SweepQuality.Of(levels[0].Comparison);
        var report = levels[0].Report;
        var dense = (double)report.ZeroCountBefore / report.Count;
        return new()
        {
            Dense = results[0],
            DenseZeros = dense,
            Measure = first.Measure,
            DenseQuality = first.Dense,
            Levels = new SweepLimits(options, model.Path).Tested(levels),
            Knee = Knee.Of([dense, .. levels.Select(level => level.Zeros)],
                [first.Dense.Value, .. levels.Select(level => level.Quality.Value)], first.Measure == SweepMeasure.RelativeError),
        };
    }

    private static SweepLevel Level(double asked, PruningResult pruned, ModelComparison both) => new()
    {
        Asked = asked,
        Model = pruned.Model,
        Report = pruned.Report,
        Comparison = both,
        Quality = SweepQuality.Of(both).Pruned,
    };

    private sealed class LevelProgress(IProgress<SweepProgress> inner, int done, int count, double zeros) : IProgress<PruningProgress>
    {
        public void Report(PruningProgress value) => inner.Report(new(done, count, zeros, value));
    }
}
