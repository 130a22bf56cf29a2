using System.Numerics;

namespace GspMl.LinearAlgebra;

/// <summary>What the algorithms need to know of a rank × rank Gram matrix (row-major, symmetric, positive semidefinite).</summary>
internal static class RankMatrix
{
    /// <summary>⟨a, b⟩ = trace(aᵀb).</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>
    /// An upper bound of the largest eigenvalue of a matrix without negative entries, tight to a fraction of a percent: after some power
    /// iterations, max (Gx)ᵢ / xᵢ (Collatz 1942, Wielandt 1950), which never falls below the Perron root for positive x.
    /// </summary>
    public static double LargestEigenvalueBound(ReadOnlySpan<double> gram, int rank)
    {
        const int MaxIterations = 60;
        const double Tightness = 1.001;
        var x = new double[rank];
        var y = new double[rank];
        Array.Fill(x, 1.0);
        var upper = double.PositiveInfinity;
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            var (low, high) = Multiply(gram, x, y);
            upper = Math.Min(upper, high);
            if (high <= 0) return 0;
            if (upper <= low * Tightness) break;
            // The small share of the all-ones vector keeps x positive where G has zero rows.
            for (var i = 0; i < rank; i++) x[i] = y[i] / high + 1e-12;
        }
        return upper;
    }

    /// <summary>
    /// The Gram matrix in the factor's own number type and with its sign turned, for kernels that subtract by multiply-add.
    /// </summary>
    public static T[] Negated<T>(ReadOnlySpan<double> gram)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new T[gram.Length];
        for (var i = 0; i < result.Length; i++) result[i] = -T.CreateTruncating(gram[i]);
        return result;
    }

    private static (double Low, double High) Multiply(ReadOnlySpan<double> gram, double[] x, double[] y)
    {
        var (low, high) = (double.PositiveInfinity, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            y[i] = Dot(gram.Slice(i * x.Length, x.Length), x);
            low = Math.Min(low, y[i] / x[i]);
            high = Math.Max(high, y[i] / x[i]);
        }
        return (low, high);
    }
}
