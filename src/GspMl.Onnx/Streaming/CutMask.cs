using System.Numerics;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Streaming;

/// <summary>Makes a cut in a layer's entries, which come in the stored order.</summary>
internal sealed class CutMask<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T low;
    private readonly T high;
    private long ties;

    public CutMask(LayerCut cut) => (low, high, ties) = (AtMost(cut.Low), AtMost(cut.High), cut.Ties);

    /// <summary>Copies what stays; zero where an entry goes.</summary>
    public void Apply(ReadOnlySpan<T> values, Span<T> kept)
    {
        var from = MemoryMarshal.Cast<T, Vector<T>>(values);
        var to = MemoryMarshal.Cast<T, Vector<T>>(kept);
        var (under, tied) = (new Vector<T>(low), new Vector<T>(high));
        for (var i = 0; i < from.Length; i++)
        {
            var magnitudes = Vector.Abs(from[i]);
            if (ties > 0 && Vector.LessThanOrEqualAny(magnitudes, tied))
                Each(values.Slice(i * Vector<T>.Count, Vector<T>.Count), kept.Slice(i * Vector<T>.Count, Vector<T>.Count));
            else to[i] = Vector.ConditionalSelect(Vector.GreaterThan(magnitudes, under), from[i], Vector<T>.Zero);
        }
        var rest = from.Length * Vector<T>.Count;
        Each(values[rest..], kept[rest..]);
    }

    private void Each(ReadOnlySpan<T> values, Span<T> kept)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var magnitude = T.Abs(values[i]);
            var goes = magnitude <= low || (magnitude <= high && ties-- > 0);
            kept[i] = goes ? T.Zero : values[i];
        }
    }

    /// <summary>The largest number of the type that is at most a double.</summary>
    private static T AtMost(double bound)
    {
        var nearest = T.CreateSaturating(bound);
        return double.CreateTruncating(nearest) > bound ? T.BitDecrement(nearest) : nearest;
    }
}
