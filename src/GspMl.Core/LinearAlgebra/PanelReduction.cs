using System.Numerics;

namespace GspMl.LinearAlgebra;

/// <summary>Sums over panels, in double and in an order that depends on the sizes alone.</summary>
internal static unsafe class PanelReduction
{
    private const int BlockRows = 1024;

    /// <summary>⟨a, b⟩ = Σ aᵢⱼ bᵢⱼ.</summary>
    public static double Dot<T>(Panel<T> a, Panel<T> b, int maxThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sum = new Blocks(a.Rows, BlockRows).Sum(maxThreads,
            (start, end) => Dot(a.RowStart(start), b.RowStart(start), (nint)(end - start) * a.Stride));
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return sum;
    }

    /// <summary>The same over plain memory, with four running sums.</summary>
    public static double Dot<T>(T* a, T* b, nint length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        nint i = 0;
        for (; i + 3 < length; i += 4)
        {
            s0 += double.CreateTruncating(a[i]) * double.CreateTruncating(b[i]);
            s1 += double.CreateTruncating(a[i + 1]) * double.CreateTruncating(b[i + 1]);
            s2 += double.CreateTruncating(a[i + 2]) * double.CreateTruncating(b[i + 2]);
            s3 += double.CreateTruncating(a[i + 3]) * double.CreateTruncating(b[i + 3]);
        }
        for (; i < length; i++) s0 += double.CreateTruncating(a[i]) * double.CreateTruncating(b[i]);
        return s0 + s1 + (s2 + s3);
    }
}
