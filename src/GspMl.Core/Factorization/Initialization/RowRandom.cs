using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Uniform numbers that depend on the seed, the factor and the number of the row alone: rows of a start can be made anywhere, in any order.
/// A row has the SplitMix64 sequence (Steele, Lea and Flood, OOPSLA 2014) whose start is the row's number, mixed with the seed.
/// </summary>
internal static class RowRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Which factor rows belong to: their numbers must not repeat each other.</summary>
    public enum Factor
    {
        Basis = 1,
        Coefficients = 2,
    }

    /// <summary>Rows of a factor, from a first one on, uniform in [0, 1).</summary>
    public static Panel<T> Uniform<T>(int rows, int rank, int seed, Factor factor, long firstRow = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var panel = new Panel<T>(rows, rank);
        var key = Mix(Mix((uint)seed + Golden) + (ulong)factor * Golden);
        for (var i = 0; i < rows; i++)
        {
            var state = Mix(key + (ulong)(firstRow + i) * Golden);
            foreach (ref var value in panel.Row(i)) value = T.CreateTruncating(Fraction(Mix(state += Golden)));
        }
        return panel;
    }

    /// <summary>The upper 53 bits as a fraction.</summary>
    private static double Fraction(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
