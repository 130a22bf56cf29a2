using System.Diagnostics;
using System.Globalization;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Benchmarks.Onnx;

/// <summary>
/// The peak memory of pruning and shrinking layers of 5792 × 5792 float32, 134 MB each: one form a process, since a peak never falls.
/// </summary>
/// <param name="layers">
/// How many: 32 are 4.3 GB, 80 are 10.7 GB and more than 2³¹ weights in one group, 15 are just under a protobuf's 2 GB.
/// </param>
/// <param name="isExternal">Whether the weights lie beside the model file, or in it.</param>
internal sealed class OnnxMemory(int layers, bool isExternal)
{
    /// <summary>The form that takes channels out.</summary>
    public const string Shrinking = "shrink";

    private const int Size = 5792;

    /// <summary>Prunes or shrinks, writes and checks one form.</summary>
    /// <param name="folder">Takes twice the model's size, and once more for forms that change values.</param>
    /// <param name="form">shrink, fast, paper, or a group: filter, input, layer, filter-in-model; filter without any.</param>
    /// <param name="isHoyer">A Hoyer target in place of a fraction of zeros.</param>
    public void Run(string folder, string form, bool isHoyer)
    {
        var model = Path.Combine(folder, "large.onnx");
        SquareLayers.Build(model, layers, Size, transposed: true, isExternal);
        var before = Peak();
        var watch = Stopwatch.StartNew();
        var target = Path.Combine(folder, "large-pruned.onnx");
        if (form == Shrinking) Shrink(model, target);
        else Prune(model, target, Options(form, isHoyer ? SparsityTarget.Hoyer(0.8) : SparsityTarget.Zeros(0.8)));
        var data = new FileInfo(isExternal ? model + ".data" : model).Length;
        var goal = form == Shrinking ? "multiply-accumulates 0.3" : isHoyer ? "Hoyer 0.8" : "zeros 0.8";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{form}, {goal}, {data / 1e9:F2} GB {(isExternal ? "of external data" : "in one file")}: changed, "
            + $"written and checked in {watch.Elapsed.TotalSeconds:F0} s, peak memory {Peak() / 1e6:F0} MB ({before / 1e6:F0} MB before)"));
    }

    private static PruningOptions Options(string form, SparsityTarget target) => form switch
    {
        "fast" => PruningOptions.Fast(target),
        "paper" => PruningOptions.Paper(target),
        "input" => new() { Target = target, Values = WeightValues.Original, Group = WeightGroup.Input },
        "layer" => new() { Target = target, Values = WeightValues.Original, Group = WeightGroup.Layer },
        "filter-in-model" => new() { Target = target, Values = WeightValues.Original, Group = WeightGroup.FilterInModel },
        _ => new() { Target = target, Values = WeightValues.Original },
    };

    private static void Prune(string source, string target, PruningOptions options)
    {
        using var model = OnnxModel.Load(source);
        using var pruned = ModelPruner.Prune(model, options).Model;
        pruned.Save(target);
    }

    private static void Shrink(string source, string target)
    {
        using var model = OnnxModel.Load(source);
        using var smaller = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0.3) }).Model;
        smaller.Save(target);
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
