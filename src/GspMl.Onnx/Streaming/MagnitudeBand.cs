using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GspMl.Onnx.Streaming;

/// <summary>
/// A band (low, high] of magnitudes in which a threshold is known to lie. Two values that may be heavily tied are only
/// counted, so that what is kept of the band stays small where many weights are equal.
/// </summary>
/// <param name="Low">Magnitudes up to it are below.</param>
/// <param name="High">Magnitudes over it are above.</param>
/// <param name="First">A value in the band that is counted.</param>
/// <param name="Last">Another one.</param>
internal sealed record MagnitudeBand(double Low, double High, double First = double.NaN, double Last = double.NaN)
{
    /// <summary>Nothing lies in the band; all that exceeds the threshold is above.</summary>
    public static MagnitudeBand At(double threshold) => new(threshold, threshold);

    /// <summary>Looks at all entries once. What is no number counts as above, so that the sums tell of it.</summary>
    public BandContent Scan<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var content = new BandContent(this) { Entries = values.Length };
        var (low, high) = (Vector512.Create(Low), Vector512.Create(High));
        var (sum, squares, count) = (Vector512<double>.Zero, Vector512<double>.Zero, Vector512<long>.Zero);
        var i = 0;
        for (; i <= values.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            var magnitudes = Vector512.Abs(Load(ref Unsafe.AsRef(in values[i])));
            var above = ~Vector512.LessThanOrEqual(magnitudes, high);
            var kept = Vector512.ConditionalSelect(above, magnitudes, Vector512<double>.Zero);
            sum += kept;
            squares = Vector512.FusedMultiplyAdd(kept, kept, squares);
            count -= above.AsInt64();
            var inside = Vector512.AndNot(Vector512.GreaterThan(magnitudes, low), above);
            if (inside.AsInt64() != Vector512<long>.Zero) Note(content, values.Slice(i, Vector512<double>.Count));
        }
        content.Above = new(Vector512.Sum(count), Vector512.Sum(sum), Vector512.Sum(squares));
        foreach (var value in values[i..])
            if (!(double.CreateTruncating(T.Abs(value)) <= High)) content.Above = content.Above.With(double.CreateTruncating(T.Abs(value)));
        Note(content, values[i..]);
        return content;
    }

    private void Note<T>(BandContent content, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var value in values)
        {
            var magnitude = double.CreateTruncating(T.Abs(value));
            if (magnitude > Low && magnitude <= High) content.Add(magnitude);
        }
    }

    /// <summary>Eight entries, as doubles whatever they are stored as: float squares would leave the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Load<T>(ref T at)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double)) return Vector512.LoadUnsafe(ref Unsafe.As<T, double>(ref at));
        var narrow = Vector256.LoadUnsafe(ref Unsafe.As<T, float>(ref at));
        if (Avx512F.IsSupported) return Avx512F.ConvertToVector512Double(narrow);
        var (lower, upper) = Vector256.Widen(narrow);
        return Vector512.Create(lower, upper);
    }
}
