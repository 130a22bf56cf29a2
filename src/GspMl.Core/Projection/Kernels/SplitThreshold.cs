using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// A threshold as the sum of two floats, of which the first tells exactly which floats exceed it: c &gt; τ just where c &gt; Floor.
/// </summary>
/// <param name="Floor">The largest float that is not over the threshold.</param>
/// <param name="Rest">What is missing, less than the distance from <paramref name="Floor"/> to the next float.</param>
internal readonly record struct SplitThreshold(float Floor, float Rest)
{
    /// <summary>The digits that double has more than float.</summary>
    private const long More = (1L << 29) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SplitThreshold Of(double tau)
    {
        // Far from the ends of float what is cut away is less than a step, and stays so when it is cut.
        if (tau is not (> 1e-30 and < 1e30)) return NearTheEnds(tau);
        var floor = Cut(tau);
        return new((float)floor, (float)Cut(tau - floor));
    }

    private static SplitThreshold NearTheEnds(double tau)
    {
        var floor = (float)tau;
        if (floor > tau) floor = MathF.BitDecrement(floor);
        if (floor >= float.MaxValue) return new(float.MaxValue, 0);
        var (rest, step) = ((float)Cut(tau - floor), MathF.BitIncrement(floor) - floor);
        // An entry over the threshold must not lose all of its excess to rounding.
        return new(floor, rest < step ? rest : MathF.BitDecrement(step));
    }

    /// <summary>Positive numbers cut to the digits of float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Cut(Vector512<double> numbers) => (numbers.AsInt64() & Vector512.Create(~More)).AsDouble();

    private static double Cut(double number) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(number) & ~More);
}
