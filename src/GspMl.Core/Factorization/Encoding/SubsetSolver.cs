using System.Numerics.Tensors;

namespace GspMl.Factorization;

/// <summary>
/// Solves a linear complementarity problem y ≥ 0, w = M·y + q ≥ 0, yᵀw = 0 for a guess of where y is not zero: there M·y = −q by Cholesky,
/// and w follows elsewhere. Works in its own memory.
/// </summary>
internal sealed class SubsetSolver(PaddedRows<double> matrix, int rank)
{
    private const double SmallestPivot = 1e-12; // of the diagonal entry: below it the matrix is singular for what a double can tell
    private readonly int[] chosen = new int[rank];
    private readonly double[] factor = new double[rank * rank]; // lower triangle; the diagonal holds reciprocals
    private readonly double[] solution = new double[rank];
    private int count;

    /// <param name="q">q, filled up to the matrix' width.</param>
    /// <param name="isChosen">Where y is not zero.</param>
    /// <param name="value">The value of <paramref name="isChosen"/> that counts as chosen.</param>
    /// <param name="result">Receives y where chosen, w elsewhere.</param>
    /// <returns>False where the matrix is singular on what was chosen.</returns>
    public bool Solve(ReadOnlySpan<double> q, ReadOnlySpan<bool> isChosen, bool value, Span<double> result)
    {
        count = 0;
        for (var k = 0; k < rank; k++)
        {
            if (isChosen[k] == value) chosen[count++] = k;
        }
        if (!Factor()) return false;
        Substitute(q);
        matrix.Sum(chosen.AsSpan(0, count), solution.AsSpan(0, count), result);
        TensorPrimitives.Add(result, q, result);
        for (var i = 0; i < count; i++) result[chosen[i]] = solution[i];
        return true;
    }

    private bool Factor()
    {
        for (var i = 0; i < count; i++)
        {
            var row = factor.AsSpan(i * rank, i + 1);
            var entries = matrix.Row(chosen[i]);
            for (var j = 0; j < i; j++)
            {
                var other = factor.AsSpan(j * rank, j + 1);
                row[j] = (entries[chosen[j]] - Dot(row, other, j)) * other[j];
            }
            var pivot = entries[chosen[i]] - Dot(row, row, i);
            if (!(pivot > SmallestPivot * entries[chosen[i]])) return false;
            row[i] = 1 / Math.Sqrt(pivot);
        }
        return true;
    }

    private void Substitute(ReadOnlySpan<double> q)
    {
        for (var i = 0; i < count; i++)
        {
            var row = factor.AsSpan(i * rank, i + 1);
            solution[i] = (-q[chosen[i]] - Dot(row, solution, i)) * row[i];
        }
        for (var i = count - 1; i >= 0; i--)
        {
            var sum = solution[i];
            for (var p = i + 1; p < count; p++) sum -= factor[(p * rank) + i] * solution[p];
            solution[i] = sum * factor[(i * rank) + i];
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int length)
    {
        const int Short = 16; // below it a call costs more than the work
        if (length >= Short) return TensorPrimitives.Dot(a[..length], b[..length]);
        var sum = 0.0;
        for (var p = 0; p < length; p++) sum += a[p] * b[p];
        return sum;
    }
}
