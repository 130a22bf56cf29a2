using System.Numerics.Tensors;

namespace GspMl.Factorization;

/// <summary>
/// min ½hᵀGh − vᵀh over h ≥ 0, exactly: sweeps of coordinate descent guess the support, a Cholesky solution on it is taken as far as it
/// stays non-negative (Lawson and Hanson 1974, chapter 23), until the conditions of optimality hold. Either step lowers the objective, so
/// that no support comes twice. Where G is singular on the support, coordinate descent alone runs until nothing moves.
/// Works in its own memory: one solver for each thread.
/// </summary>
/// <remarks>MathNet's Cholesky allocates; a row has microseconds.</remarks>
internal sealed class NnlsSolver(double[] gram, int rank)
{
    private const int SweepsBetween = 3;
    private const int MostRounds = 200;
    private const double Precision = 1e-13;
    private readonly double[] gradient = new double[rank];
    private readonly double[] solution = new double[rank];
    private readonly double[] cholesky = new double[rank * rank];
    private readonly int[] support = new int[rank];

    /// <param name="v">The right-hand side.</param>
    /// <param name="h">The start on entry (zeros will do), the solution on return.</param>
    public void Solve(ReadOnlySpan<double> v, Span<double> h)
    {
        var tolerance = Tolerance(v);
        SetGradient(v, h);
        for (var round = 0; round < MostRounds; round++)
        {
            var moved = 0.0;
            for (var sweep = 0; sweep < SweepsBetween; sweep++) moved = Sweep(h);
            if (TrySupports(v, h, out var changed))
            {
                SetGradient(v, h);
                if (IsOptimal(h, tolerance)) return;
            }
            else if (changed) SetGradient(v, h);
            else if (moved <= Precision) return;
        }
    }

    /// <summary>One pass of coordinate descent; returns the largest move relative to its coordinate.</summary>
    private double Sweep(Span<double> h)
    {
        var largest = 0.0;
        for (var k = 0; k < rank; k++)
        {
            var diagonal = gram[k * rank + k];
            if (diagonal <= 0) continue;
            var value = Math.Max(0, h[k] - gradient[k] / diagonal);
            var move = value - h[k];
            if (move == 0) continue;
            h[k] = value;
            TensorPrimitives.MultiplyAdd(gram.AsSpan(k * rank, rank), move, gradient, gradient);
            largest = Math.Max(largest, Math.Abs(move) / Math.Max(value, Math.Abs(move)));
        }
        return largest;
    }

    /// <summary>
    /// Solves on the support of h, and where the solution leaves the cone again on what is left of it (Lawson and Hanson's inner loop): a
    /// sweep in between would bring back what was just taken out, without end where G is ill-conditioned.
    /// </summary>
    private bool TrySupports(ReadOnlySpan<double> v, Span<double> h, out bool changed)
    {
        changed = false;
        while (!TrySupport(v, h, out var moved))
        {
            if (!moved) return false;
            changed = true;
        }
        return changed = true;
    }

    /// <summary>
    /// Solves on the support of h. True: the solution is positive and now in h. False: h went towards it up to the boundary (changed), or G
    /// is singular there.
    /// </summary>
    private bool TrySupport(ReadOnlySpan<double> v, Span<double> h, out bool changed)
    {
        var count = 0;
        for (var k = 0; k < rank; k++)
        {
            if (h[k] > 0) support[count++] = k;
        }
        changed = false;
        if (!Factor(count)) return false;
        SolveFactored(v, count);
        var (reach, blocking) = (1.0, -1);
        for (var i = 0; i < count; i++)
        {
            var k = support[i];
            if (solution[i] <= 0 && h[k] / (h[k] - solution[i]) is var way && way < reach) (reach, blocking) = (way, k);
        }
        for (var i = 0; i < count; i++)
        {
            var k = support[i];
            h[k] = blocking < 0 ? solution[i] : Math.Max(0, h[k] + reach * (solution[i] - h[k]));
        }
        if (blocking >= 0) h[blocking] = 0; // exactly, so that each turn leaves a smaller support
        changed = true;
        return blocking < 0;
    }

    /// <summary>L·Lᵀ = G on the support; false where a pivot vanishes.</summary>
    private bool Factor(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var row = cholesky.AsSpan(i * rank, i + 1);
            for (var j = 0; j <= i; j++)
            {
                var other = cholesky.AsSpan(j * rank, j + 1);
                var sum = gram[support[i] * rank + support[j]] - TensorPrimitives.Dot<double>(row[..j], other[..j]);
                if (i > j) row[j] = sum / other[j];
                else if (sum <= 1e-12 * gram[support[i] * rank + support[i]]) return false;
                else row[i] = Math.Sqrt(sum);
            }
        }
        return true;
    }

    private void SolveFactored(ReadOnlySpan<double> v, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var sum = v[support[i]] - TensorPrimitives.Dot<double>(cholesky.AsSpan(i * rank, i), solution.AsSpan(0, i));
            solution[i] = sum / cholesky[i * rank + i];
        }
        for (var i = count - 1; i >= 0; i--)
        {
            var sum = solution[i];
            for (var k = i + 1; k < count; k++) sum -= cholesky[k * rank + i] * solution[k];
            solution[i] = sum / cholesky[i * rank + i];
        }
    }

    private void SetGradient(ReadOnlySpan<double> v, ReadOnlySpan<double> h)
    {
        for (var k = 0; k < rank; k++) gradient[k] = TensorPrimitives.Dot(gram.AsSpan(k * rank, rank), h) - v[k];
    }

    private bool IsOptimal(ReadOnlySpan<double> h, double tolerance)
    {
        for (var k = 0; k < rank; k++)
        {
            if (h[k] <= 0 && gradient[k] < -tolerance && gram[k * rank + k] > 0) return false;
        }
        return true;
    }

    private static double Tolerance(ReadOnlySpan<double> v)
    {
        var largest = 0.0;
        foreach (var x in v) largest = Math.Max(largest, Math.Abs(x));
        return Precision * largest;
    }
}
