using System.Diagnostics;
using System.Globalization;
using GspMl.Benchmarks.Onnx;
using GspMl.Onnx;
using GspMl.Onnx.Shrinking;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Cutting;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Benchmarks.Pruning;

/// <summary>`bench shrink-chain [LAYERS,…]`: processor seconds of each step on chains of ever more small layers.</summary>
internal static class ShrinkChain
{
    private const int Size = 8;

    /// <summary>Prints the table as Markdown, line by line.</summary>
    public static void Run(string[] args)
    {
        Console.WriteLine("| layers | read | one run for shapes | follow | sets | choose | cut |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var layers in (args.Length > 0 ? args[0] : "1000,10000,100000").Split(','))
        {
            var seconds = Seconds(int.Parse(layers, CultureInfo.InvariantCulture));
            Console.WriteLine($"| {layers} |{string.Concat(seconds.Select(s => $" {s:f2} |"))}");
        }
    }

    private static List<double> Seconds(int layers)
    {
        var (path, seconds) = (Path.Combine(Path.GetTempPath(), $"gspml-chain-{layers}.onnx"), new List<double>());
        SquareLayers.Build(path, layers, Size, transposed: true, external: false);
        using var model = Timed(() => OnnxModel.Load(path));
        var shapes = Timed(() => ModelRunShapes.Of(model, null));
        var flow = Timed(() => ChannelFlow.Of(model, shapes));
        var sets = Timed(() => FoundSet.Of(model, flow, [], []));
        var options = new ShrinkOptions { Target = ShrinkTarget.Macs(0.5), Multiple = 1 };
        var chosen = Timed(() => new ChannelDecision(model, flow, options, new(model, flow, shapes.Rows), null, null, default)
            .Of([.. sets.Where(set => set.Reason is null)]));
        Timed(() => ChannelRemoval.Apply(model, flow, chosen.Removed)).Dispose();
        File.Delete(path);
        return seconds;

        T Timed<T>(Func<T> step)
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            var result = step();
            seconds.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalSeconds);
            return result;
        }
    }
}
