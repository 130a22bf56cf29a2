using System.Numerics;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// What interleaved vectors are thresholded at, in their own arithmetic: floors, rests and factors of all columns. It is formed anew for
/// some thousand columns over some tens of rows, so that it counts what it costs.
/// </summary>
internal static unsafe class ColumnNumbers
{
    /// <summary>Numbers for each column.</summary>
    public const int Each = 3;

    /// <summary>Thresholds and factors between these need no look at each.</summary>
    private const double Least = 1e-30, Most = 1e30;

    /// <summary>Brings the columns' thresholds into their own arithmetic.</summary>
    /// <param name="of">Thresholds, factors and scales.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="numbers">
    /// Room for <see cref="Each"/> a column. With weights floors and rests have their signs turned, since products are added.
    /// </param>
    /// <param name="projects">Whether excesses are written, and not the entries as they are.</param>
    /// <returns>Whether that arithmetic is wide enough, and all columns are written in the same way.</returns>
    public static bool TrySet<T, TWeighting>(in ColumnPanel<T>.Thresholds of, int columns, T* numbers, out bool projects)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var (held, projected, kept) = (true, 0, 0);
        for (var k = 0; k < columns; k += Lanes.Width)
        {
            if (k + Lanes.Width <= columns && TrySetEight<T, TWeighting>(of, k, columns, numbers)) projected++;
            else
            {
                for (var one = k; one < Math.Min(columns, k + Lanes.Width); one++)
                    held &= Set<T, TWeighting>(of, one, columns, numbers, ref projected, ref kept);
            }
        }
        projects = projected > 0;
        return held && (projected == 0 || kept == 0);
    }

    private static bool Set<T, TWeighting>(in ColumnPanel<T>.Thresholds of, int k, int columns, T* numbers, ref int projected, ref int kept)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var nothing = of.Tau[k] == PlainColumns.Nothing;
        var (floor, rest) = nothing && TWeighting.Weighted ? (T.PositiveInfinity, T.Zero) : PlainWriter.Split<T>(of.Tau[k]);
        (numbers[k], numbers[columns + k]) = TWeighting.Weighted ? (-floor, -rest) : (floor, rest);
        numbers[2 * columns + k] = double.IsNaN(of.Factor[k]) ? T.One : T.CreateTruncating(of.Factor[k]);
        if (nothing) return true;
        if (double.IsNaN(of.Factor[k])) kept++;
        else projected++;
        return TWeighting.Weighted ? WeightedWriter.Holds<T>(of.Scale[k], of.WeightScale[k], of.Tau[k], of.Factor[k])
            : PlainWriter.Holds<T>(of.Scale[k], of.Tau[k], of.Factor[k]);
    }

    /// <summary>Eight columns at once, if nothing is special about them.</summary>
    private static bool TrySetEight<T, TWeighting>(in ColumnPanel<T>.Thresholds of, int k, int columns, T* numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var (tau, factor, one) = (Vector512.Load(of.Tau + k), Vector512.Load(of.Factor + k), Vector512<double>.One);
        var (least, most) = (Vector512.Create(Least), Vector512.Create(Most));
        var plain = Vector512.GreaterThan(tau, least) & Vector512.LessThan(tau, most) & Vector512.GreaterThanOrEqual(factor, one)
            & Vector512.LessThan(factor, most) & Vector512.Equals(Vector512.Load(of.Scale + k), one);
        if (TWeighting.Weighted) plain &= Vector512.Equals(Vector512.Load(of.WeightScale + k), one);
        if (Lanes.Bits(plain) != (1u << Lanes.Width) - 1) return false;
        // In this range the floor is what is left of the number in the precision of float.
        var floor = typeof(T) == typeof(float) ? SplitThreshold.Cut(tau) : tau;
        var rest = SplitThreshold.Cut(tau - floor);
        Lanes.Store(numbers + k, TWeighting.Weighted ? -floor : floor);
        Lanes.Store(numbers + columns + k, TWeighting.Weighted ? -rest : rest);
        Lanes.Store(numbers + 2 * columns + k, factor);
        return true;
    }
}
