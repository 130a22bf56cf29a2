using System.Diagnostics;
using System.Numerics;
using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Benchmarks.Projection;

/// <summary>
/// Each pass of the projection by itself, on one thread: with entries that stay in the core's own cache, where arithmetic is the limit, and
/// with more of them than all caches hold.
/// </summary>
internal static unsafe class ProjectionPasses
{
    private const int Length = 2_048, Cached = 32, Many = 12_288;

    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    public static void Run()
    {
        Console.WriteLine($"\nPasses, vectors of {Length:N0} gaussian entries, one thread, the least of many rounds, ns an entry");
        Console.WriteLine("  what                                        cached    from memory");
        Of<float>("float", Gaussian.Floats(Many * Length));
        Of<double>("double", Gaussian.Doubles(Many * Length / 2));
    }

    private static void Of<T>(string type, T[] source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weights = new T[source.Length];
        for (var i = 0; i < weights.Length; i++) weights[i] = T.Abs(source[(i + 77) % source.Length]) + T.CreateTruncating(0.1);
        var destination = new T[source.Length];
        fixed (T* c = source, w = weights, to = destination)
        {
            T* from = c, own = w, x = to;
            void Row(string what, Action<int> vector)
            {
                var (cached, memory) = (Best(2_000, Cached, vector), Best(8, source.Length / Length, vector));
                Console.WriteLine($"  {type,-8} {what,-34} {cached,8:F3} {memory,12:F3}");
            }
            Row("copy", i => new Span<T>(from + i * Length, Length).CopyTo(new(x + i * Length, Length)));
            Row("largest", i => LargestMagnitude.Of(from + i * Length, Length));
            Row("sums at a threshold", i => ThresholdSums.Of<T, Plain>(Plain(from, i), 1.3));
            Row("collect, nothing between", i => Collect<T, Plain>(Plain(from, i), 1.3, 1.3, x));
            Row("collect, 0.3 % between", i => Collect<T, Plain>(Plain(from, i), 1.3, 1.31, x));
            Row("collect, 3 % between", i => Collect<T, Plain>(Plain(from, i), 1.3, 1.4, x));
            Row("collect, own weights, 0.3 %", i => Collect<T, Weighted>(Own(from, own, i), 1.3, 1.31, x));
            Row("write", i => SoftThreshold.Write<T, Plain>(Plain(from, i), 1.3, 1.7, false, x + i * Length));
            Row("write past the caches", i => SoftThreshold.Write<T, Plain>(Plain(from, i), 1.3, 1.7, true, x + i * Length));
            Row("write in place, original values",
                i => SoftThreshold.Write<T, Plain>(Plain(from, i), 0.001, double.NaN, false, from + i * Length));
            Row("write, own weights", i => SoftThreshold.Write<T, Weighted>(Own(from, own, i), 1.3, 1.7, false, x + i * Length));
        }
    }

    private static Entries<T> Plain<T>(T* from, int vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(from + vector * Length, null, Length, 1, 1);

    private static Entries<T> Own<T>(T* from, T* weights, int vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(from + vector * Length, weights + vector * Length, Length, 1, 1);

    private static void Collect<T, TWeighting>(in Entries<T> x, double low, double high, T* to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var (count, largest) = (0, Vector512<long>.Zero);
        Collector.Collect<T, TWeighting>(x, low, high, to, to + Length + Lanes.Width, ref count, ref largest);
    }

    private static double Best(int rounds, int vectors, Action<int> vector)
    {
        var (best, begin) = (double.PositiveInfinity, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(begin) < WarmUp) vector(0); // until the code has been optimised
        for (var round = 0; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < vectors; i++) vector(i);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalNanoseconds);
        }
        return best / vectors / Length;
    }
}
