using GspMl.Cli.Eval;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Demo;

/// <summary>What <c>gspml demo</c> reports.</summary>
internal sealed record DemoResult(string Folder, EvaluatedModel Dense, IReadOnlyList<DemoLevel> Levels, IReadOnlyList<DemoParts> Parts)
    : CommandResult
{
    protected override string SchemaName => "gspml-demo-1";

    public override void WriteText(IAnsiConsole console)
    {
        console.MarkupLineInterpolated(
            $"LeNet-5, pruned by grouped sparse projection, each layer a group of filters; {Dense.Rows} test digits");
        foreach (var level in Levels) WriteLayers(console, level);
        WriteModels(console);
        console.WriteLine("'kept': GSP chooses which weights stay, and they stay as they were. 'projected': they take GSP's values.");
        console.WriteLine("'repaired': all layers are one group, and the kept values are refitted on 1,000 unlabelled digits. No training "
            + "anywhere.");
        console.WriteLine("Zeros shrink the compressed file; they make no CPU kernel faster.");
        WriteParts(console);
        console.MarkupLineInterpolated($"Models and pictures are in {Folder}");
    }

    private static void WriteLayers(IAnsiConsole console, DemoLevel level)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"{Format.Percent(level.Zeros)} zeros, layer by layer");
        var table = Format.Table("<weight", "<shape", "zeros before", "after", "Hoyer before", "kept", "projected", "repaired: zeros",
            "Hoyer");
        foreach (var layer in level.Layers)
        {
            table.Row(layer.Name, Format.Shape(layer.Shape), Format.Percent(layer.ZerosBefore), Format.Percent(layer.ZerosAfter),
                Format.Sparsity(layer.HoyerBefore), Format.Sparsity(layer.HoyerKept), Format.Sparsity(layer.HoyerProjected),
                Format.Percent(layer.ZerosRepaired), Format.Sparsity(layer.HoyerRepaired));
        }
        console.Write(table);
    }

    private void WriteModels(IAnsiConsole console)
    {
        console.WriteLine();
        console.WriteLine("In total");
        var table = Format.Table("<model", "zeros", "accuracy", "agrees with dense", "file", "gzipped", "1 row", $"{Dense.BatchSize} rows");
        Row(table, "dense", zeros: 0, Dense, agreement: null);
        foreach (var level in Levels)
        {
            Row(table, $"{100 * level.Zeros:F0} %, kept", level.Kept.Zeros, level.Kept.Model, level.Kept.Drift.Agreement);
            Row(table, $"{100 * level.Zeros:F0} %, projected", level.Projected.Zeros, level.Projected.Model,
                level.Projected.Drift.Agreement);
            Row(table, $"{100 * level.Zeros:F0} %, repaired", level.Repaired.Zeros, level.Repaired.Model, level.Repaired.Drift.Agreement);
        }
        console.Write(table);
    }

    private void WriteParts(IAnsiConsole console)
    {
        console.WriteLine();
        console.MarkupLineInterpolated(
            $"The digits as sums of {Parts[0].Rank} parts (non-negative matrix factorisation), without and with a sparsity");
        var table = Format.Table("<algorithm", "wanted sparsity", "sparsity", "relative error", "iterations", "time",
            "<picture of the parts");
        foreach (var parts in Parts)
        {
            table.Row(parts.Algorithm, parts.WantedSparsity is { } wanted ? $"{wanted:F2}" : "–", $"{parts.BasisSparsity:F4}",
                $"{100 * parts.RelativeError:F2} %",
                $"{parts.Iterations}", $"{parts.Seconds:F2} s", Path.GetFileName(parts.Picture));
        }
        console.Write(table);
    }

    private static void Row(Table table, string name, double zeros, EvaluatedModel model, double? agreement) =>
        table.Row(name, Format.Percent(zeros), Format.Percent(model.Accuracy), Format.Percent(agreement), Format.Bytes(model.Bytes),
            Format.Bytes(model.GzipBytes), Format.Milliseconds(model.MillisecondsPerRow), Format.Milliseconds(model.MillisecondsPerBatch));
}

/// <summary>One level of zeros: the layers, the two models made of the same support, and the repaired one.</summary>
internal sealed record DemoLevel(double Zeros, IReadOnlyList<DemoLayer> Layers, DemoModel Kept, DemoModel Projected, DemoModel Repaired);

/// <summary>One pruned model, its share of zeros, its figures and its distance from the dense model.</summary>
internal sealed record DemoModel(EvaluatedModel Model, double Zeros, Drift Drift)
{
    public static DemoModel Of(string path, PruningReport report, ModelComparison both) =>
        new(EvaluatedModel.Of(path, both.Candidate), report.Zeros, Drift.Of(both));
}

/// <summary>One layer before and after, in all three models.</summary>
internal sealed record DemoLayer(
    string Name, IReadOnlyList<long> Shape, double ZerosBefore, double ZerosAfter, double HoyerBefore, double HoyerKept,
        double HoyerProjected,
    double ZerosRepaired, double HoyerRepaired)
{
    public static IReadOnlyList<DemoLayer> Join(PruningReport kept, PruningReport projected, PruningReport repaired) =>
        [.. kept.Layers.Zip(projected.Layers, repaired.Layers).Select(layer =>
            new DemoLayer(layer.First.Weight.Name, layer.First.Weight.Shape, layer.First.Before.Zeros, layer.First.After.Zeros,
                layer.First.Before.Hoyer, layer.First.After.Hoyer, layer.Second.After.Hoyer, layer.Third.After.Zeros,
                    layer.Third.After.Hoyer))];
}
