using GspMl.ML.Rows;
using GspMl.Projection;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>Finds the multiplier for rows that need not fit into memory: each evaluation of the search is a pass over them in batches.</summary>
/// <param name="rows">The training rows.</param>
/// <param name="options">What to reach, and in which batches.</param>
/// <param name="channel">Receives a line for each pass.</param>
internal sealed class MultiplierFit(VectorRows rows, GspProjectionEstimator.Options options, IChannel? channel)
{
    private readonly GspProjector<float> projector = new(new() { UnitNorm = options.UnitNorm, MaxThreads = options.MaxThreads });
    private readonly float[] weights = [.. options.FeatureWeights ?? []];
    private readonly int batchRows = Math.Max(1, options.MaxValuesInMemory / rows.Size);
    private int passes;

    /// <exception cref="InvalidOperationException">There are no rows, or one is not what <see cref="RowReader"/> lets through.</exception>
    public MultiplierSearch.Found Find() => new MultiplierSearch(options.Sparsity, options.Tolerance).Find(Evaluate, Guess());

    private SparsityAtMultiplier Evaluate(double multiplier)
    {
        double sparsity = 0, derivative = 0;
        long vectors = 0;
        foreach (var batch in rows.ReadBatches(batchRows, options.CancellationToken))
        {
            var at = projector.SparsityAt(batch.Span, Layout(batch), multiplier, weights);
            sparsity += at.Sparsity * at.Vectors;
            derivative += at.Derivative * at.Vectors;
            vectors += at.Vectors;
        }
        if (vectors == 0) throw new InvalidOperationException("There are no rows to fit the projection to.");
        var average = new SparsityAtMultiplier(sparsity / vectors, derivative / vectors, vectors);
        channel?.Info(MessageSensitivity.None, $"Pass {++passes} over {vectors} rows: average sparsity {average.Sparsity:F6} at multiplier {multiplier:G6}.");
        return average;
    }

    /// <summary>The multiplier of the first batch alone: where the data is alike, the right one to a few digits.</summary>
    private double Guess()
    {
        foreach (var batch in rows.ReadBatches(batchRows, options.CancellationToken))
        {
            var scratch = new float[batch.Length];
            var target = SparsityTarget.Hoyer(options.Sparsity);
            return projector.Project(batch.Span, scratch, Layout(batch), target, weights, options.CancellationToken).Multiplier;
        }
        return 0;
    }

    private VectorLayout Layout(ReadOnlyMemory<float> batch) => VectorLayout.Rows(batch.Length / rows.Size, rows.Size);
}
