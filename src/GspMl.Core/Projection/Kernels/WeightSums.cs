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
        var (scales, squares, least, largest) = (Vector512.Create(scale), Vector512<double>.Zero, Vector512.Create(double.PositiveInfinity),
            Vector512<long>.Zero);
        var j = 0;
        for (; j <= count - Lanes.Width; j += Lanes.Width)
        {
            var raw = Lanes.Load(weights + j);
            largest = Vector512.Max(largest, Vector512.Abs(raw).AsInt64());
            var w = raw * scales;
            squares = Vector512.FusedMultiplyAdd(w, w, squares);
            least = Vector512.MinNative(least, w);
        }
        var smallest = double.PositiveInfinity;
        for (var lane = 0; lane < Lanes.Width; lane++) smallest = Math.Min(smallest, least[lane]);
        return new WeightSums(Vector512.Sum(squares), smallest, LargestMagnitude.OfLanes(largest)) + Scalar(weights + j, count - j, scale);
    }
}
