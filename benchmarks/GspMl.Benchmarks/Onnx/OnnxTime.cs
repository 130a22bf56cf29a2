using System.Diagnostics;
using System.Globalization;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Benchmarks.Onnx;

/// <summary>
/// What pruning a model of 25 layers of 1024 × 1024 float32, 105 MB inside the model file, costs against copying the file:
/// read, pruned, written and loaded by ONNX Runtime, as a user runs it. File and copies lie in one folder, in the page cache.
/// </summary>
internal static class OnnxTime
{
    private const int Rounds = 9;

    private static readonly (string Name, PruningOptions Options)[] Forms =
    [
        ("preset fast, zeros 0.8", PruningOptions.Fast(SparsityTarget.Zeros(0.8))),
        ("preset fast, Hoyer 0.8", PruningOptions.Fast(SparsityTarget.Hoyer(0.8))),
        ("filters, zeros 0.8", new() { Target = SparsityTarget.Zeros(0.8), Values = WeightValues.Original }),
        ("filters, Hoyer 0.8", new() { Target = SparsityTarget.Hoyer(0.8), Values = WeightValues.Original }),
    ];

    /// <summary>The best of several rounds in which copying and every form run in turn.</summary>
    public static void Run(string folder)
    {
        var (model, copy, pruned) =
            (Path.Combine(folder, "model.onnx"), Path.Combine(folder, "copy.onnx"), Path.Combine(folder, "pruned.onnx"));
        foreach (var transposed in new[] { true, false })
        {
            SquareLayers.Build(model, layers: 25, size: 1024, transposed, external: false);
            Console.WriteLine($"{new FileInfo(model).Length / 1e6:F0} MB, "
                + $"{(transposed ? "Gemm [out,in]" : "MatMul [in,out]")}, in {folder}");
            Compare(() => Copy(model, copy), [.. Forms.Select(form => (Func<Steps>)(() => Prune(model, pruned, form.Options)))]);
        }
    }

    private static void Compare(Action copy, Func<Steps>[] forms)
    {
        var (copies, steps) = (new List<double>(), forms.Select(_ => new List<Steps>()).ToArray());
        for (var round = -2; round < Rounds; round++)
        {
            var copying = Milliseconds(copy);
            for (var i = 0; i < forms.Length; i++)
            {
                var step = forms[i]();
                if (round >= 0) steps[i].Add(step);
            }
            if (round >= 0) copies.Add(copying);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  copy: {copies.Min():F0} ms"));
        for (var i = 0; i < forms.Length; i++) Print(Forms[i].Name, steps[i].MinBy(step => step.Total)!, copies.Min());
    }

    private static void Print(string name, Steps best, double copy) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"  {name}: {best.Total:F0} ms = {best.Total / copy:F2} × copy (read {best.Read:F0}, prune {best.Prune:F0}, write {best.Write:F0}, "
        + $"load check {best.Check:F0})"));

    /// <summary>Everything that a run does; the load check's share is told apart by writing once more without it.</summary>
    private static Steps Prune(string source, string target, PruningOptions options)
    {
        File.Delete(target);
        var watch = Stopwatch.StartNew();
        using var model = OnnxModel.Load(source);
        var read = watch.Elapsed.TotalMilliseconds;
        using var pruned = ModelPruner.Prune(model, options).Model;
        var prune = watch.Elapsed.TotalMilliseconds;
        pruned.Save(target);
        var total = watch.Elapsed.TotalMilliseconds;
        File.Delete(target);
        var write = Milliseconds(() => pruned.Save(target, new() { CheckLoads = false }));
        return new(read, prune - read, write, total - prune - write, total);
    }

    private static void Copy(string source, string target)
    {
        File.Delete(target);
        File.Copy(source, target);
    }

    private static double Milliseconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <summary>Milliseconds of each step and of all together.</summary>
    private sealed record Steps(double Read, double Prune, double Write, double Check, double Total);
}
