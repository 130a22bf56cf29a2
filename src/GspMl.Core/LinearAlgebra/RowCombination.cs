using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.LinearAlgebra;

/// <summary>target += Σ_j coefficients[j] · row j of a panel with few, long rows: one row of a small matrix times a wide one.</summary>
internal static unsafe class RowCombination
{
    /// <summary>Cost: rows · stride multiply-adds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<T>(ReadOnlySpan<T> coefficients, Panel<T> rows, T* target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var w = Vector512<T>.Count;
        nint i = 0;
        for (; i + 4 * w <= rows.Stride; i += 4 * w)
        {
            Vector512<T> a = Vector512.Load(target + i), b = Vector512.Load(target + i + w);
            Vector512<T> c = Vector512.Load(target + i + 2 * w), d = Vector512.Load(target + i + 3 * w);
            var row = rows.Start + i;
            foreach (var coefficient in coefficients)
            {
                var x = Vector512.Create(coefficient);
                a = Lane.MultiplyAdd(x, Vector512.Load(row), a);
                b = Lane.MultiplyAdd(x, Vector512.Load(row + w), b);
                c = Lane.MultiplyAdd(x, Vector512.Load(row + 2 * w), c);
                d = Lane.MultiplyAdd(x, Vector512.Load(row + 3 * w), d);
                row += rows.Stride;
            }
            a.Store(target + i);
            b.Store(target + i + w);
            c.Store(target + i + 2 * w);
            d.Store(target + i + 3 * w);
        }
        for (; i < rows.Stride; i += w)
        {
            var a = Vector512.Load(target + i);
            for (var j = 0; j < coefficients.Length; j++)
                a = Lane.MultiplyAdd(Vector512.Create(coefficients[j]), Vector512.Load(rows.RowStart(j) + i), a);
            a.Store(target + i);
        }
        GC.KeepAlive(rows);
    }
}
