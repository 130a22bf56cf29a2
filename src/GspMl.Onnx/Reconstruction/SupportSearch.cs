using System.Numerics.Tensors;
using GspMl.Onnx.Patterns;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Chooses the support of all filters of a layer at once, for a number of weights of the layer, by the alternating direction method of
/// multipliers on min ½⟨V, VH⟩ − ⟨B, V⟩ subject to ‖V‖₀ ≤ keep, with a penalty ρ that rises (Meng et al., ALPS, NeurIPS 2024): V follows
/// the outputs, D has the zeros, U remembers how the two disagree, so that a weight that others can make up for goes although it is large.
/// </summary>
/// <remarks>
/// Otherwise than there the step in V is one step of conjugate gradients from where it was, preconditioned by one inverse for all ρ: two
/// products of filters · inputs² multiply-adds a round and one factorisation of the layer, whatever the number of filters and rounds.
/// </remarks>
/// <param name="problem">The layer.</param>
/// <param name="gains">The root of what a squared error of each filter's output counts.</param>
/// <param name="pattern">What goes or stays together; null where each weight does so alone.</param>
internal sealed class SupportSearch(ScaledProblem problem, IReadOnlyList<double> gains, PatternLayout? pattern = null)
{
    private const int Doublings = 14;

    private readonly int inputs = problem.Inputs;
    private readonly float[] residual = problem.Scratch(0);
    private readonly float[] step = problem.Scratch(1);
    private readonly float[] scores = problem.Scratch(2);
    private readonly float[] image = problem.Scratch(3);
    private readonly float[] values = problem.Scratch(4);
    private readonly float[] duals = problem.Scratch(5);
    private readonly float[] sparse = problem.Scratch(6);
    private readonly bool[] kept = new bool[problem.Original.Length];

    /// <summary>Finds a support.</summary>
    /// <param name="keep">Weights that stay, over all filters.</param>
    /// <param name="effort">How thoroughly.</param>
    /// <param name="cancel">Looked at before each round.</param>
    /// <returns>The marks of the weights that stay, and values near the best ones on them, in a matrix that the next search takes again;
    /// filters × inputs.</returns>
    public (bool[] Kept, float[] Values) Run(long keep, SearchEffort effort, CancellationToken cancel)
    {
        problem.Original.CopyTo(values, 0);
        problem.Original.CopyTo(sparse, 0);
        duals.AsSpan().Clear();
        problem.Multiply(values, image);
        var penalty = effort.FirstPenalty;
        for (var doubling = 0; doubling < Doublings; doubling++, penalty *= 2)
            for (var round = 0; round < effort.RoundsPerDoubling; round++)
            {
                cancel.ThrowIfCancellationRequested();
                Step(penalty);
                if (Split(keep) <= effort.Settled * keep && doubling > 0) return (kept, sparse);
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
        if (pattern is null) LargestEntries.Mark(scores, keep, kept);
        else pattern.Mark(scores, keep, kept);
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

/// <summary>How thorough a search and the refit after it are.</summary>
/// <param name="FirstPenalty">ρ at the start; a lower one begins nearer to the dense layer.</param>
/// <param name="RoundsPerDoubling">Rounds at each ρ before it doubles; more find better supports.</param>
/// <param name="Settled">The search ends when a round changes no more than this part of the weights that stay.</param>
/// <param name="Refit">How exact the values are.</param>
internal readonly record struct SearchEffort(float FirstPenalty, int RoundsPerDoubling, double Settled, RefitEffort Refit)
{
    /// <summary>For weights that are written.</summary>
    /// <param name="rounds">Rounds at each ρ.</param>
    public static SearchEffort Full(int rounds) => new(0.05f, rounds, 5e-4, RefitEffort.Full);

    /// <summary>The same for large layers: under half the products, for an error that is 1 % larger.</summary>
    /// <param name="rounds">Rounds at each ρ for other layers.</param>
    public static SearchEffort Large(int rounds) => new(0.1f, (rounds + 1) / 2, 2e-3, RefitEffort.Large);

    /// <summary>
    /// To see what a level costs: its error is a quarter above that of a full search, on all levels alike, for a sixth of the products.
    /// </summary>
    public static SearchEffort Trial(int rounds) => new(0.1f, rounds, 5e-3, RefitEffort.Trial);
}
