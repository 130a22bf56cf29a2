using System.Numerics.Tensors;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// The best values of every filter on a support of its own, all filters together, by conjugate gradients that never leave the supports,
/// preconditioned by the inverse that the support search has: two products of filters · inputs² multiply-adds a round, for any supports
/// (without a factorisation for each filter, as exact solutions would need).
/// </summary>
/// <param name="problem">The layer.</param>
internal sealed class MaskedRefit(ScaledProblem problem)
{
    private readonly int inputs = problem.Inputs;
    private readonly float[] residual = problem.Scratch(0);
    private readonly float[] better = problem.Scratch(1);
    private readonly float[] direction = problem.Scratch(2);
    private readonly float[] product = problem.Scratch(3);
    private readonly double[] slopes = new double[problem.Filters];
    private readonly double[] sizes = new double[problem.Filters];

    /// <summary>Refits in place.</summary>
    /// <param name="kept">The marks of the weights that stay, filters × inputs.</param>
    /// <param name="values">Where the search begins; zero off the supports.</param>
    /// <param name="effort">When it ends.</param>
    /// <param name="cancel">Looked at before each round.</param>
    public void Run(bool[] kept, float[] values, RefitEffort effort, CancellationToken cancel)
    {
        Begin(kept, values);
        for (var round = 0; round < effort.MostRounds && Residual() > effort.Tolerance; round++)
        {
            cancel.ThrowIfCancellationRequested();
            problem.Precondition(residual, better);
            Threads.For(problem.Filters, problem.MaxThreads, r => Turn(kept, r, isFirst: round == 0), cancel);
            problem.Multiply(direction, product);
            Threads.For(problem.Filters, problem.MaxThreads, r => Advance(kept, values, r), cancel);
        }
    }

    private void Begin(bool[] kept, float[] values)
    {
        problem.Multiply(values, product);
        Threads.For(problem.Filters, problem.MaxThreads, r =>
        {
            var left = Row(residual, r);
            var right = Row(problem.Right, r);
            Restrict(kept, r, right, left);
            sizes[r] = Math.Sqrt(TensorPrimitives.SumOfSquares<float>(left));
            Restrict(kept, r, Row(product, r), Row(product, r));
            TensorPrimitives.Subtract(left, Row(product, r), left);
        });
    }

    /// <summary>The largest of the filters' residuals.</summary>
    private double Residual()
    {
        var residuals = new double[problem.Filters];
        Threads.For(problem.Filters, problem.MaxThreads, r
            => residuals[r] = sizes[r] > 0 ? Math.Sqrt(TensorPrimitives.SumOfSquares<float>(Row(residual, r))) / sizes[r] : 0);
        return TensorPrimitives.Max<double>(residuals);
    }

    /// <summary>The next direction is conjugate to the last one.</summary>
    private void Turn(bool[] kept, int r, bool isFirst)
    {
        var z = Row(better, r);
        Restrict(kept, r, z, z);
        if (isFirst) Row(direction, r).Clear();
        var slope = (double)TensorPrimitives.Dot<float>(z, Row(residual, r));
        var share = isFirst || slopes[r] == 0 ? 0 : (float)(slope / slopes[r]);
        TensorPrimitives.MultiplyAdd(Row(direction, r), share, z, Row(direction, r));
        slopes[r] = slope;
    }

    private void Advance(bool[] kept, float[] values, int r)
    {
        var along = Row(product, r);
        var d = Row(direction, r);
        Restrict(kept, r, along, along);
        var curvature = TensorPrimitives.Dot<float>(d, along);
        if (!(curvature > 0)) return;
        var length = (float)(slopes[r] / curvature);
        TensorPrimitives.MultiplyAdd(d, length, Row(values, r), Row(values, r));
        TensorPrimitives.MultiplyAdd(along, -length, Row(residual, r), Row(residual, r));
    }

    private void Restrict(bool[] kept, int filter, ReadOnlySpan<float> from, Span<float> to)
    {
        var start = filter * inputs;
        for (var j = 0; j < to.Length; j++) to[j] = kept[start + j] ? from[j] : 0;
    }

    private Span<float> Row(float[] matrix, int filter) => matrix.AsSpan(filter * inputs, inputs);
}

/// <summary>How exact a refit is.</summary>
/// <param name="MostRounds">Rounds at most.</param>
/// <param name="Tolerance">The residual of the normal equations at which it ends, as a part of their right side.</param>
internal readonly record struct RefitEffort(int MostRounds, double Tolerance)
{
    /// <summary>For values that are written.</summary>
    public static RefitEffort Full { get; } = new(60, 1e-5);

    /// <summary>The same for large layers: half the rounds, which change the sixth digit of the error.</summary>
    public static RefitEffort Large { get; } = new(12, 1e-4);

    /// <summary>For values of which only the outputs are looked at.</summary>
    public static RefitEffort Trial { get; } = new(4, 1e-3);
}
