using System.Numerics;
using System.Runtime.Intrinsics;

namespace GspMl.LinearAlgebra;

/// <summary>A factor that goes on by a part of its last move and stays non-negative.</summary>
internal static class PanelMove
{
    private const int BlockRows = 512;

    /// <summary>last ← factor, factor ← max(0, factor + β(factor − last)).</summary>
    public static void Advance<T>(Panel<T> factor, Panel<T> last, double step, int maxThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new Blocks(factor.Rows, BlockRows).Each(maxThreads, (start, end) =>
        {
            Span<T> f = Part(factor, start, end), l = Part(last, start, end);
            var beta = Vector512.Create(T.CreateTruncating(step));
            for (var i = 0; i < f.Length; i += Vector512<T>.Count)
            {
                var now = Vector512.Create<T>(f[i..]);
                var ahead = Ahead(now, Vector512.Create<T>(l[i..]), beta);
                now.CopyTo(l[i..]);
                ahead.CopyTo(f[i..]);
            }
        });

    /// <summary>target ← max(0, factor + β(factor − last)).</summary>
    public static void Advance<T>(Panel<T> factor, Panel<T> last, Panel<T> target, double step, int maxThreads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new Blocks(factor.Rows, BlockRows).Each(maxThreads, (start, end) =>
        {
            Span<T> f = Part(factor, start, end), l = Part(last, start, end), t = Part(target, start, end);
            var beta = Vector512.Create(T.CreateTruncating(step));
            for (var i = 0; i < f.Length; i += Vector512<T>.Count)
                Ahead(Vector512.Create<T>(f[i..]), Vector512.Create<T>(l[i..]), beta).CopyTo(t[i..]);
        });

    private static Span<T> Part<T>(Panel<T> panel, int start, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => panel.Filled[(start * panel.Stride)..(end * panel.Stride)];

    private static Vector512<T> Ahead<T>(Vector512<T> now, Vector512<T> last, Vector512<T> beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector512.Max(Lane.MultiplyAdd(beta, now - last, now), Vector512<T>.Zero);
}
