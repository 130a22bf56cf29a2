using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>What the sparsity measure needs of a vector's weights.</summary>
/// <param name="Squares">Σ (w·scale)².</param>
/// <param name="Least">min w·scale; negative if a weight is.</param>
/// <param name="Largest">The largest magnitude before scaling, or infinity or NaN if any weight is.</param>
internal readonly record struct WeightSums(double Squares, double Least, double Largest)
{
    public static WeightSums None { get; } = new(0, double.PositiveInfinity, 0);

    public static WeightSums operator +(WeightSums a, WeightSums b) =>
        new(a.Squares + b.Squares, Math.Min(a.Least, b.Least), LargestMagnitude.OfTwo(a.Largest, b.Largest));

    /// <summary>The specification: weight by weight.</summary>
    public static unsafe WeightSums Scalar<T>(T* weights, int count, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (squares, least) = (0.0, double.PositiveInfinity);
        for (var j = 0; j < count; j++)
        {
            var w = double.CreateTruncating(weights[j]) * scale;
            (squares, least) = (squares + w * w, Math.Min(least, w));
        }
        return new(squares, least, LargestMagnitude.Scalar(weights, count));
    }

    /// <summary>Of contiguous weights, eight at a time.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static unsafe WeightSums Of<T>(T* weights, int count, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (scales, even, odd, least, largest, j) = (Vector512.Create(scale), Vector512<double>.Zero, Vector512<double>.Zero,
            Vector512.Create(T.CreateTruncating(float.PositiveInfinity)), Vector512<T>.Zero, 0);
        // Two registers of squares, so that an addition need not wait for the one before it.
        for (; j <= count - 2 * Lanes.Width; j += 2 * Lanes.Width)
        {
            AddBounds(weights + j, ref least, ref largest);
            if (typeof(T) == typeof(double)) AddBounds(weights + j + Lanes.Width, ref least, ref largest);
            var (a, b) = (Lanes.Load(weights + j) * scales, Lanes.Load(weights + j + Lanes.Width) * scales);
            even = Vector512.FusedMultiplyAdd(a, a, even);
            odd = Vector512.FusedMultiplyAdd(b, b, odd);
        }
        var smallest = double.PositiveInfinity;
        for (var lane = 0; lane < Vector512<T>.Count; lane++) smallest = Math.Min(smallest, double.CreateTruncating(least[lane]) * scale);
        return new WeightSums(Vector512.Sum(even + odd), smallest, Lanes.LargestOf(largest))
            + Scalar(weights + j, count - j, scale);
    }

    /// <summary>The least of a register of weights, and the largest of their magnitudes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void AddBounds<T>(T* weights, ref Vector512<T> least, ref Vector512<T> largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var raw = Vector512.Load(weights);
        largest = Lanes.LargerBits(largest, Vector512.Abs(raw));
        least = Vector512.MinNative(least, raw);
    }
}
