using System.Diagnostics;
using System.Globalization;
using GspMl.Onnx.Products;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Shrinking.Choosing;

namespace GspMl.Benchmarks.Pruning;

/// <summary>
/// `bench shrink-order [CHANNELS POSITIONS FILTERS]`: processor seconds, on one thread, that it takes to take all channels of a set out one
/// after the other, always that of least loss in a layer of random weights that reads them.
/// </summary>
internal static class ShrinkOrder
{
    private const int Samples = 384;

    public static void Run(string[] args)
    {
        int[] sizes = args.Length > 2 ? [.. args.Select(word => int.Parse(word, CultureInfo.InvariantCulture))] : [256, 9, 256];
        var (channels, positions, filters) = (sizes[0], sizes[1], sizes[2]);
        using var products = new MatrixProduct(1);
        var fit = Fit(channels * positions, filters, products);
        double build = 0, judge = 0, remove = 0, total = 0;
        ReaderLoss? loss = null;
        Time(ref build, () => loss = new(fit, Enumerable.Range(0, channels)
            .ToDictionary(channel => channel, channel => Enumerable.Range(channel * positions, positions).ToArray())));
        var left = Enumerable.Range(0, channels).ToList();
        while (left.Count > 0)
        {
            var (least, value) = (0, 0.0);
            Time(ref judge, () => (value, least) = left.Select((channel, i) => (loss!.Of(channel), i)).Min());
            total += value;
            Time(ref remove, () => loss!.Remove(left[least]));
            left.RemoveAt(least);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{channels} channels of {positions} positions, {filters} filters: "
            + $"{build + judge + remove:F2} s (inverse {build:F2}, losses {judge:F2}, channels taken out {remove:F2}); loss {total:G8}"));
    }

    private static void Time(ref double seconds, Action action)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        action();
        process.Refresh();
        seconds += (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static LayerFit Fit(int inputs, int filters, MatrixProduct products)
    {
        var random = new Random(5);
        var moments = new GramAccumulator(inputs + filters + 1);
        var samples = new float[(inputs + filters + 1) * Samples];
        for (var i = 0; i < samples.Length; i++) samples[i] = random.NextSingle() - 0.5f;
        samples.AsSpan((inputs + filters) * Samples).Fill(1);
        moments.Add(samples, Samples);
        double[] weights = [.. Enumerable.Range(0, filters * inputs).Select(_ => random.NextDouble() - 0.5)];
        return new([new RidgeSolver(moments.Problem(inputs, filters, centred: true), weights, 0.01) { MaxThreads = 1 }],
            [.. Enumerable.Repeat(1.0, filters)], products)
        { MaxThreads = 1 };
    }
}
