using System.Numerics.Tensors;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Chooses the support of all filters of a layer at once, for a number of weights of the layer, by the alternating direction method of
/// multipliers on min ½⟨V, VH⟩ − ⟨B, V⟩ subject to ‖V‖₀ ≤ keep, with a penalty ρ that rises (Meng et al., ALPS, NeurIPS 2024): V follows the
/// outputs, D has the zeros, U remembers how the two disagree, so that a weight that others can make up for goes although it is large.
/// </summary>
/// <remarks>
/// Otherwise than there the step in V is one step of conjugate gradients from where it was, preconditioned by one inverse for all ρ: two
/// products of filters · inputs² multiply-adds a round and one factorisation of the layer, whatever the number of filters and rounds.
/// </remarks>
/// <param name="problem">The layer.</param>
/// <param name="gains">The root of what a squared error of each filter's output counts.</param>
internal sealed class SupportSearch(ScaledProblem problem, IReadOnlyList<double> gains)
{
    private const float FirstPenalty = 0.05f;
    private const int Doublings = 14;

    // A support of which fewer entries than this still change is found: the refit evens the rest out.
    private const double SettledFraction = 5e-4;

    private readonly int inputs = problem.Inputs;
    private readonly float[] values = (float[])problem.Original.Clone();
    private readonly float[] image = new float[problem.Original.Length];
    private readonly float[] duals = new float[problem.Original.Length];
    private readonly float[] sparse = (float[])problem.Original.Clone();
    private readonly float[] residual = new float[problem.Original.Length];
    private readonly float[] step = new float[problem.Original.Length];
    private readonly float[] scores = new float[problem.Original.Length];
    private readonly bool[] kept = new bool[problem.Original.Length];

    /// <summary>Finds a support.</summary>
    /// <param name="keep">Weights that stay, over all filters.</param>
    /// <param name="roundsPerDoubling">Rounds at each ρ before it doubles; more find better supports.</param>
    /// <param name="cancel">Looked at before each round.</param>
    /// <returns>The marks of the weights that stay, and values near the best ones on them; filters × inputs.</returns>
    public (bool[] Kept, float[] Values) Run(long keep, int roundsPerDoubling, CancellationToken cancel)
    {
        problem.Multiply(values, image);
        var penalty = FirstPenalty;
        for (var doubling = 0; doubling < Doublings; doubling++, penalty *= 2)
            for (var round = 0; round < roundsPerDoubling; round++)
            {
                cancel.ThrowIfCancellationRequested();
                Step(penalty);
                if (Split(keep) <= SettledFraction * keep && doubling > 0) return (kept, sparse);
            }
        return (kept, sparse);
    }

    /// <summary>One step of each filter down ½⟨V, V(H + ρI)⟩ − ⟨B + ρ(D − U), V⟩.</summary>
    private void Step(float penalty)
    {
        Threads.For(problem.Filters, problem.MaxThreads, r =>
        {
            var b = Row(problem.Right, r);
            var d = Row(sparse, r);
            var u = Row(duals, r);
            var v = Row(values, r);
            var hv = Row(image, r);
            var residuals = Row(residual, r);
            for (var j = 0; j < b.Length; j++) residuals[j] = b[j] + (penalty * (d[j] - u[j] - v[j])) - hv[j];
        });
        problem.Precondition(residual, step);
        // The scores are not read before they are written anew.
        var product = scores;
        problem.Multiply(step, product);
        Threads.For(problem.Filters, problem.MaxThreads, r =>
        {
            var direction = Row(step, r);
            var along = Row(product, r);
            var slope = TensorPrimitives.Dot<float>(Row(residual, r), direction);
            var curvature = TensorPrimitives.Dot<float>(direction, along) + (penalty * TensorPrimitives.SumOfSquares<float>(direction));
            if (!(curvature > 0)) return;
            TensorPrimitives.MultiplyAdd(direction, slope / curvature, Row(values, r), Row(values, r));
            TensorPrimitives.MultiplyAdd(along, slope / curvature, Row(image, r), Row(image, r));
        });
    }

    /// <summary>D = the largest entries of V + U, U = the rest.</summary>
    /// <returns>How many marks changed.</returns>
    private long Split(long keep)
    {
        Threads.For(problem.Filters, problem.MaxThreads, r =>
        {
            var sum = Row(duals, r);
            var score = Row(scores, r);
            var gain = (float)gains[r];
            TensorPrimitives.Add(sum, Row(values, r), sum);
            TensorPrimitives.Multiply(sum, gain, score);
            TensorPrimitives.Multiply(score, score, score);
        });
        var before = (bool[])kept.Clone();
        LargestEntries.Mark(scores, keep, kept);
        var changes = new long[problem.Filters];
        Threads.For(problem.Filters, problem.MaxThreads, r =>
        {
            var sum = Row(duals, r);
            var d = Row(sparse, r);
            var start = r * inputs;
            for (var j = 0; j < d.Length; j++)
            {
                if (kept[start + j] != before[start + j]) changes[r]++;
                d[j] = kept[start + j] ? sum[j] : 0;
                sum[j] -= d[j];
            }
        });
        return changes.Sum();
    }

    private Span<float> Row(float[] matrix, int filter) => matrix.AsSpan(filter * inputs, inputs);
}
