using System.Numerics;

namespace GspMl.Factorization;

/// <summary>How far data lies from 1, and how to bring it there: the factors of 4ⁿ·X are 2ⁿ times those of X.</summary>
internal static class DataScale
{
    // Fourth powers of values within 2^±30 and their sums are floats; double holds as much of 2^±200.
    private const int Float = 30;
    private const int Double = 200;

    // The least and the largest mean square whose digits, and those of sums of very many of them, double can hold.
    private const double Least = 1e-280;
    private const double Most = 1e280;

    /// <summary>n, so that X·4⁻ⁿ lies about 1; 0 where X lies there already, or is all zero.</summary>
    /// <exception cref="ArgumentException">The squares of the values are beyond what double can hold.</exception>
    public static int Of<T>(DataMatrix<T> data)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of<T>(data.SquaredNorm, data.Mean, (double)data.Samples * data.Features);

    /// <summary>The same from ‖X‖², from the mean of the values and from their number.</summary>
    public static int Of<T>(double squaredNorm, double mean, double count, string name = "data")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var square = squaredNorm / count;
        if (mean == 0) return 0;
        if (!(square is >= Least and <= Most))
            throw new ArgumentException(
                $"The data's mean is {mean}: the squares of such values cannot be computed with. Scale the data.", name);
        var power = Math.Log2(square) / 2;
        return Math.Abs(power) <= (typeof(T) == typeof(float) ? Float : Double) ? 0 : (int)Math.Round(power / 2);
    }
}
