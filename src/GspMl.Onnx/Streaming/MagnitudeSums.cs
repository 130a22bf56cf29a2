using GspMl.Projection;

namespace GspMl.Onnx.Streaming;

/// <summary>Sums over those entries of a vector whose magnitudes exceed a threshold.</summary>
/// <param name="Count">How many they are.</param>
/// <param name="Sum">Σ|w|.</param>
/// <param name="Squares">Σw².</param>
internal readonly record struct MagnitudeSums(long Count, double Sum, double Squares)
{
    public static MagnitudeSums operator +(MagnitudeSums a, MagnitudeSums b)
        => new(a.Count + b.Count, a.Sum + b.Sum, a.Squares + b.Squares);

    /// <summary>With <paramref name="count"/> more entries of one magnitude.</summary>
    public MagnitudeSums With(double magnitude, long count = 1)
        => new(Count + count, Sum + (count * magnitude), Squares + (count * magnitude * magnitude));

    public static MagnitudeSums Total(IEnumerable<MagnitudeSums> parts)
        => parts.Aggregate(default(MagnitudeSums), (total, part) => total + part);

    /// <summary>
    /// The Hoyer sparsity of (|w| − T)₊ in a vector of <paramref name="length"/> entries, and its derivative by T, where these are the sums
    /// over T: ‖x‖₁ = S₁ − kT, ‖x‖₂² = S₂ − 2TS₁ + kT². Of a sample, the sums stand for the <paramref name="share"/> that it is of the
    /// vector.
    /// </summary>
    public (double Sparsity, double Derivative) Hoyer(long length, double threshold, double share = 1)
    {
        var one = Sum - (Count * threshold);
        // With no entry left but the largest, the vector is as sparse as it gets.
        if (!(one > 0)) return (1, 0);
        // ‖x‖₂ ≥ ‖x‖₁/√k, whatever the difference has lost.
        var two = Math.Sqrt(Math.Max(Squares - (threshold * (Sum + one)), one * one / Count));
        var (range, scale) = (HoyerScale.Range(length), 1 / Math.Sqrt(share));
        var rise = (Count / two) - (one * one / (two * two * two));
        return ((Math.Sqrt(length) - (scale * one / two)) / range, Math.Max(0, scale * rise / range));
    }
}
