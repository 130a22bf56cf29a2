using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GspMl.Factorization;
using GspMl.LinearAlgebra;
using GspMl.Projection;

namespace GspMl.Benchmarks.Factorization;

/// <summary>
/// What an iteration of sparse NMF on dense floats waits for, phase by phase: the products with the data, Gram matrices, the update of the
/// coefficients, the projection of the basis. Products are told as a share of the multiply-adds that the machine does at best, which is
/// measured in the same run by multiply-adds of registers alone. Gram matrices count as products of any two matrices, though they are
/// symmetric and about half of one is computed: so they may be over the peak.
/// </summary>
internal static class NmfPhases
{
    private const int Rounds = 40;

    public static void Run()
    {
        Console.WriteLine("Phases of an iteration, float32, the least of many rounds; % of the peak: of the multiply-adds that are wanted, "
            + "and with those of the filling up to whole registers");
        foreach (var threads in new[] { 1, Environment.ProcessorCount })
        {
            var peak = Peak(threads);
            Console.WriteLine($"  {threads} thread(s): peak {peak / 1e9:F1} billion multiply-adds a second");
            Of("faces' shape", 2_429, 361, 49, threads, peak);
            Of("large", 8_000, 2_000, 64, threads, peak);
        }
    }

    private static void Of(string name, int samples, int features, int rank, int threads, double peak)
    {
        var random = new Random(1);
        float[] Positive(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
        var data = new DenseData<float>(Positive(samples * features), samples, features);
        var basis = Panel<float>.From(new(features, rank, Positive(features * rank)));
        var coefficients = Panel<float>.From(new(samples, rank, Positive(samples * rank)));
        Panel<float> ofSamples = new(samples, rank), ofFeatures = new(features, rank), start = new(samples, rank);
        var (gram, sampleGram) = (new double[rank * rank], new double[rank * rank]);
        start.CopyFrom(coefficients);
        var update = NmfAlgorithms.CoefficientUpdate<float>(NmfAlgorithm.AHals, innerSteps: 4);
        // The basis is projected in double, a vector for each of its columns.
        var columns = new double[features * rank];
        for (var i = 0; i < columns.Length; i++) columns[i] = random.NextDouble();
        var (projector, projected) = (new GspProjector<double>(new() { MaxThreads = threads }), new double[columns.Length]);
        var times = Measured.Best(Rounds,
            () => data.Multiply(basis, ofSamples, threads),
            () => data.TransposeMultiply(coefficients, ofFeatures, threads),
            () => GramMatrix.Of(coefficients, sampleGram, threads),
            () => GramMatrix.Of(basis, gram, threads),
            () => { coefficients.CopyFrom(start); update.Update(coefficients, new(ofSamples, gram, 0), threads); },
            () => projector.Project(columns, projected, VectorLayout.Rows(rank, features), SparsityTarget.Hoyer(0.85)));
        Console.WriteLine($"  {name}: {samples:N0} × {features:N0}, rank {rank}");
        void Row(string what, double time, double multiplyAdds) => Console.WriteLine($"    {what,-34} {time * 1e6,10:F1} µs"
            + (multiplyAdds == 0 ? "" : $"   {multiplyAdds / time / peak,6:P0}  {multiplyAdds * basis.Stride / rank / time / peak,6:P0}"));
        Row("X·B", times[0], (double)samples * features * rank);
        Row("Xᵀ·C", times[1], (double)samples * features * rank);
        Row("Cᵀ·C, as a whole", times[2], (double)samples * rank * rank);
        Row("Bᵀ·B, as a whole", times[3], (double)features * rank * rank);
        Row("coefficients, up to 4 sweeps", times[4], 0);
        Row("projection of the basis", times[5], 0);
    }

    /// <summary>Multiply-adds of floats a second, on all threads together.</summary>
    private static double Peak(int threads)
    {
        const int Repetitions = 200_000;
        var best = double.PositiveInfinity;
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            if (threads == 1) Burn(Repetitions);
            else Parallel.For(0, threads, _ => Burn(Repetitions));
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }
        return (double)Repetitions * Chains * Vector512<float>.Count * threads / best;
    }

    /// <summary>Sums that do not wait for each other: more than a multiply-add's delay times the units that do them.</summary>
    private const int Chains = 12;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Burn(int repetitions)
    {
        var (a, b) = (Vector512.Create(0.5f), Vector512.Create(0.25f));
        Vector512<float> c0 = a, c1 = a, c2 = a, c3 = a, c4 = a, c5 = a, c6 = a, c7 = a, c8 = a, c9 = a, c10 = a, c11 = a;
        for (var i = 0; i < repetitions; i++)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, a, b);
            c1 = Vector512.FusedMultiplyAdd(c1, a, b);
            c2 = Vector512.FusedMultiplyAdd(c2, a, b);
            c3 = Vector512.FusedMultiplyAdd(c3, a, b);
            c4 = Vector512.FusedMultiplyAdd(c4, a, b);
            c5 = Vector512.FusedMultiplyAdd(c5, a, b);
            c6 = Vector512.FusedMultiplyAdd(c6, a, b);
            c7 = Vector512.FusedMultiplyAdd(c7, a, b);
            c8 = Vector512.FusedMultiplyAdd(c8, a, b);
            c9 = Vector512.FusedMultiplyAdd(c9, a, b);
            c10 = Vector512.FusedMultiplyAdd(c10, a, b);
            c11 = Vector512.FusedMultiplyAdd(c11, a, b);
        }
        return Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + (c6 + c7 + c8 + c9 + c10 + c11));
    }
}
