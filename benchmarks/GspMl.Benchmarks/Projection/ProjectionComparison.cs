using GspMl.Projection;

namespace GspMl.Benchmarks.Projection;

/// <summary>The projection measured against copies of the same data in the same process.</summary>
internal static class ProjectionComparison
{
    private const int Vectors = 12_288, Length = 2_048;

    public static void Run(string[] arguments)
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors, "
            + $"{System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}; the best of several rounds in which everything "
            + "runs in turn");
        if (arguments.Length == 0 || arguments.Contains("large")) Large();
        if (arguments.Length == 0 || arguments.Contains("forms")) Forms();
        if (arguments.Length == 0 || arguments.Contains("passes")) ProjectionPasses.Run();
        if (arguments.Length == 0 || arguments.Contains("small")) Small();
        if (arguments.Length == 0 || arguments.Contains("growth")) Growth();
    }

    private static void Large()
    {
        var (source, destination) = (Gaussian.Floats(Vectors * Length), new float[Vectors * Length]);
        var (projector, single, naive) =
            (new GspProjector<float>(), new GspProjector<float>(new() { MaxThreads = 1 }), new NaiveProjection(Vectors, Length));
        var layout = VectorLayout.Rows(Vectors, Length);
        var threads = Environment.ProcessorCount;
        Console.WriteLine($"\n{Vectors:N0} × {Length:N0} floats, gaussian, out of place, tolerance 1e-6; /copy is the ratio to the copy on "
            + "as many threads, GB/s counts what is read and written");
        Console.WriteLine("  s     what                       threads       ms    /copy   /naive     GB/s   reads   sparsity");
        foreach (var s in new[] { 0.8, 0.9 })
        {
            ProjectionResult result = default, alone = default;
            var times = Measured.Best(25,
                () => source.AsSpan().CopyTo(destination),
                () => Copy(source, destination, threads),
                () => result = projector.Project(source, destination, layout, SparsityTarget.Hoyer(s)),
                () => alone = single.Project(source, destination, layout, SparsityTarget.Hoyer(s)),
                () => naive.Project(source, destination, s));
            void Row(string what, int of, double time, double copy, double reads, double sparsity)
            {
                var speed = (reads + 1) * source.Length * sizeof(float) / time / 1e9;
                Console.WriteLine($"  {s}  {what,-26} {of,7} {time * 1e3,8:F1} {time / copy,8:F2} {time / times[4],8:F2} {speed,8:F1} "
                    + $"{reads,7:F2}   {(sparsity == 0 ? "" : sparsity.ToString("F8"))}");
            }
            Row("copy", 1, times[0], times[0], 1, 0);
            Row("copy", threads, times[1], times[1], 1, 0);
            Row("GspProjector", 1, times[3], times[0], single.EntriesReadPerEntry, alone.Sparsity);
            Row("GspProjector", threads, times[2], times[1], projector.EntriesReadPerEntry, result.Sparsity);
            Row("naive Newton, SIMD", threads, times[4], times[1], naive.Passes + 1, naive.Achieved);
        }
    }

    private static void Forms()
    {
        const int vectors = 8_192, length = 1_024;
        var (source, destination, weights) =
            (Gaussian.Floats(vectors * length), new float[vectors * length], Gaussian.Weights(vectors * length));
        var target = SparsityTarget.Hoyer(0.8);
        var projector = new GspProjector<float>();
        var (rows, columns) = (VectorLayout.Rows(vectors, length), VectorLayout.Columns(vectors, length));
        // The ragged and the plain group are projected in place, out of a copy made each time; the copy's time is taken off.
        var ragged = new VectorGroup<float>();
        var buffer = new float[vectors * length];
        for (int at = 0, i = 0; at < buffer.Length; i++)
        {
            var n = Math.Min(buffer.Length - at, 300 + i * 7919 % 1500);
            ragged.Add(buffer.AsMemory(at, n), VectorLayout.Rows(1, n));
            at += n;
        }
        var plain = new VectorGroup<float>();
        plain.Add(buffer, rows);
        var times = Measured.Best(15,
            () => projector.Project(source, destination, rows, target),
            () => projector.Project(source, destination, columns, target),
            () => projector.Project(source, destination, rows, target, weights.AsSpan(0, length)),
            () => projector.Project(source, destination, rows, target, weights),
            () => projector.Project(source, destination, columns, target, weights),
            () => source.AsSpan().CopyTo(buffer),
            () => { source.AsSpan().CopyTo(buffer); projector.Project(plain, target); },
            () => { source.AsSpan().CopyTo(buffer); projector.Project(ragged, target); },
            () => projector.Project(source, destination, rows, SparsityTarget.Zeros(0.8)));
        Console.WriteLine($"\nForms, {vectors:N0} × {length:N0} floats, s = 0.8 (ratio to plain rows; in place: to plain rows in place)");
        void Row(string what, double time, double plainTime)
            => Console.WriteLine($"  {what,-40} {time * 1e3,8:F2} ms {time / plainTime,8:F2}");
        Row("plain rows", times[0], times[0]);
        Row("strided (columns)", times[1], times[0]);
        Row("weights shared by the vectors", times[2], times[0]);
        Row("weights of their own", times[3], times[0]);
        Row("weights of their own, strided", times[4], times[0]);
        Row("zeros target", times[8], times[0]);
        Row("plain rows, in place", times[6] - times[5], times[6] - times[5]);
        Row($"ragged, {ragged.Vectors:N0} vectors of 300 … 1,800, in place", times[7] - times[5], times[6] - times[5]);
    }

    private static void Small()
    {
        const int vectors = 49, length = 361;
        var (source, destination) = (Gaussian.Doubles(vectors * length), new double[vectors * length]);
        for (var i = 0; i < source.Length; i++) source[i] = Math.Abs(source[i]);
        var projector = new GspProjector<double>();
        Console.WriteLine($"\n{vectors} × {length} doubles (the inner step of sparse NMF)");
        foreach (var (name, layout) in new[] { ("rows", VectorLayout.Rows(vectors, length)),
            ("columns", VectorLayout.Columns(vectors, length)) })
        {
            foreach (var s in new[] { 0.5, 0.85 })
            {
                var iterations = 0;
                var seconds =
                    Measured.Each(200, 60, ()
                    => iterations = projector.Project(source, destination, layout, SparsityTarget.Hoyer(s)).Iterations);
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < 1000; i++) projector.Project(source, destination, layout, SparsityTarget.Hoyer(s));
                var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
                Console.WriteLine($"  {name,-8} s = {s,-4}  {seconds * 1e6,6:F1} µs, {iterations} evaluations, {bytes / 1000.0:F0} bytes a "
                    + "call");
            }
        }
    }

    /// <summary>
    /// All sizes run in every round, so that a slow second of the machine falls on each of them alike; a small one runs several times in a
    /// row, as often as a larger one would need its time, so that all are measured as long.
    /// </summary>
    private static void Growth()
    {
        const int length = 2_048, rounds = 40, mostRepeats = 16;
        int[] sizes = [1, 2, 4, 8, 16, 32, 64];
        var (source, destination) = (Gaussian.Floats(sizes[^1] << 20), new float[sizes[^1] << 20]);
        var projectors = sizes.Select(_ => new GspProjector<float>()).ToArray();
        var (copies, times) = (sizes.Select(_ => new List<double>()).ToArray(), sizes.Select(_ => new List<double>()).ToArray());
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < sizes.Length; i++)
            {
                var (entries, repeats) = (sizes[i] << 20, Math.Min(mostRepeats, sizes[^1] / sizes[i]));
                copies[i].AddRange(Measured.Times(repeats, () => source.AsSpan(0, entries).CopyTo(destination)));
                times[i].AddRange(Measured.Times(repeats, () => projectors[i].Project(
                    source.AsSpan(0, entries), destination.AsSpan(0, entries), VectorLayout.Rows(entries / length, length),
                    SparsityTarget.Hoyer(0.8))));
            }
        }
        Console.WriteLine($"\nGrowth, vectors of {length:N0} floats, s = 0.8; the best and the median of {rounds} rounds, each over all "
            + $"sizes, the small ones up to {mostRepeats} times in a row");
        Console.WriteLine("  entries        ms    ns/entry      median   copy ns/entry   ratio");
        for (var i = 0; i < sizes.Length; i++)
        {
            var (nanoseconds, entries) = (1e9 / (sizes[i] << 20), sizes[i]);
            var (best, copy, median) = (times[i].Min(), copies[i].Min(), times[i].Order().ElementAt(times[i].Count / 2));
            Console.WriteLine($"  {entries,3} Mi  {best * 1e3,10:F2} {best * nanoseconds,10:F3} {median * nanoseconds,11:F3} "
                + $"{copy * nanoseconds,12:F3} {best / copy,12:F2}");
        }
        var each = sizes.Select((millions, i) => times[i].Min() / millions).ToArray();
        Console.WriteLine($"  from the best to the worst size: {each.Max() / each.Min() - 1:P0}");
    }

    private static void Copy(float[] source, float[] destination, int threads)
    {
        var part = (source.Length + threads - 1) / threads;
        Parallel.For(0, threads, i =>
        {
            var (from, end) = (Math.Min(source.Length, i * part), Math.Min(source.Length, (i + 1) * part));
            source.AsSpan(from, end - from).CopyTo(destination.AsSpan(from));
        });
    }
}
