using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>A vector that comes down to one entry.</summary>
internal static class OneHot
{
    /// <summary>The least squared norm of the excesses of a vector that has more than one entry left.</summary>
    public const double End = 1e-290;

    /// <summary>A vector none of whose entries exceeds its threshold (or by next to nothing) is at its one-hot end.</summary>
    public static bool IsReached(ThresholdSums sums) => !(sums.Q > End);

    /// <summary>
    /// The entry that is left when none exceeds its threshold: the largest excess; of equal ones that of least weight, and the first. With
    /// weights that may be an entry which is zero, so that the vector vanishes; but where zeros are wanted each vector is to keep one
    /// entry.
    /// </summary>
    public static int Of<T>(in Entries<T> row, double tau, bool skipsZeros)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (best, bestExcess) = (0, double.NegativeInfinity);
        for (var j = 0; j < row.Length; j++)
        {
            if (skipsZeros && IsZero(row, j)) continue;
            var excess = row.Excess(j, tau);
            if (excess > bestExcess || (excess == bestExcess && row.Weight(j) < row.Weight(best))) (best, bestExcess) = (j, excess);
        }
        return best;
    }

    private static unsafe bool IsZero<T>(in Entries<T> row, int j)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => row.Values[j] == T.Zero;
}
