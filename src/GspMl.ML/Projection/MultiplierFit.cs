using GspMl.ML.Rows;
using GspMl.Projection;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>
/// Finds the multiplier for rows that need not fit into memory: each evaluation of the search is a pass over them in batches.
/// </summary>
/// <param name="rows">The training rows.</param>
/// <param name="options">What to reach, and in which batches.</param>
/// <param name="channel">Receives a line for each pass.</param>
/// <param name="cancel">Looked at for every row.</param>
internal sealed class MultiplierFit(VectorRows rows, GspProjectionEstimator.Options options, IChannel? channel, CancellationToken cancel)
{
    private const double SmallestBracket = 1e-12; // of the multiplier: below it the sparsity jumps, as it does where largest entries tie

    private readonly GspProjector<float> projector = new(new() { UnitNorm = options.UnitNorm, MaxThreads = options.MaxThreads });
    private readonly float[] weights = [.. options.FeatureWeights ?? []];
    private readonly int batchRows = Math.Max(1, options.MaxValuesInMemory / rows.Size);

    /// <summary>A multiplier, the average sparsity that it leads to, and how the search for it ended.</summary>
    public readonly record struct Found(double Multiplier, double Sparsity, ProjectionEnding Ending);

    /// <exception cref="InvalidOperationException">There are no rows, or one is not what <see cref="RowReader"/> lets through.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public Found Find()
    {
        var guess = Guess();
        var search = new MultiplierSearch(guess > 0 ? guess : 1, options.Tolerance, SmallestBracket);
        Evaluate(search, 0); // rows that are sparse enough are found so in one pass
        search.Suggest(guess);
        while (search.Ending is null) Evaluate(search, search.Next);
        return new(search.Multiplier, options.Sparsity + search.Gap, search.Ending.Value);
    }

    private void Evaluate(MultiplierSearch search, double multiplier)
    {
        var at = SparsityAt(multiplier);
        search.Record(multiplier, at.Sparsity - options.Sparsity, at.Derivative);
        var line = $"Pass {search.Evaluations} over {at.Vectors} rows: average sparsity {at.Sparsity:F6} at multiplier {multiplier:G6}.";
        channel?.Info(MessageSensitivity.None, line);
    }

    private SparsityAtMultiplier SparsityAt(double multiplier)
    {
        double sparsity = 0, derivative = 0;
        long vectors = 0;
        foreach (var batch in rows.ReadBatches(batchRows, cancel))
        {
            var at = projector.MeasureSparsity(batch.Span, Layout(batch), multiplier, weights);
            sparsity += at.Sparsity * at.Vectors;
            derivative += at.Derivative * at.Vectors;
            vectors += at.Vectors;
        }
        if (vectors == 0) throw new InvalidOperationException("There are no rows to fit the projection to.");
        return new(sparsity / vectors, derivative / vectors, vectors);
    }

    /// <summary>The multiplier of the first batch alone: where the data is alike, the right one to a few digits.</summary>
    private double Guess()
    {
        foreach (var batch in rows.ReadBatches(batchRows, cancel))
        {
            var scratch = new float[batch.Length];
            var target = SparsityTarget.Hoyer(options.Sparsity);
            return projector.Project(batch.Span, scratch, Layout(batch), target, weights, cancel).Multiplier;
        }
        return 0;
    }

    private VectorLayout Layout(ReadOnlyMemory<float> batch) => VectorLayout.Rows(batch.Length / rows.Size, rows.Size);
}
