using System.CommandLine;
using GspMl.Cli.Eval;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Cli.Demo;

/// <summary><c>gspml demo</c>: prunes the shipped LeNet-5, judges it on the shipped digits, and finds sparse parts of them.</summary>
internal static class DemoCommand
{
    private static readonly double[] Levels = [0.5, 0.8];

    private static readonly Option<string?> Folder = new("--out") { Description = "Where the pruned models go. Default: a folder for temporary files.", HelpName = "DIR" };

    public static Command Create(CommandShell shell)
    {
        var command = new Command("demo", "Prune the shipped LeNet-5 at two levels and compare it with the dense model; factorise the shipped digits into sparse parts.") { Folder };
        return shell.Runs(command, (parsed, cancel) => Run(shell, parsed.GetValue(Folder), cancel));
    }

    private static DemoResult Run(CommandShell shell, string? folder, CancellationToken cancel)
    {
        folder = Directory.CreateDirectory(folder ?? Path.Combine(Path.GetTempPath(), "gspml-demo")).FullName;
        using var dense = OnnxModel.Load(ShippedFiles.LeNet5);
        shell.Messages.WriteLine("pruning LeNet-5 …");
        var pruned = Levels.Select(zeros => (
            Zeros: zeros,
            Kept: Prune(dense, zeros, WeightValues.Original, folder, cancel),
            Projected: Prune(dense, zeros, WeightValues.Projected, folder, cancel))).ToList();

        shell.Messages.WriteLine("running the models on the test digits …");
        var judge = Judge(dense, pruned.SelectMany(p => new[] { p.Kept.Path, p.Projected.Path }), cancel);
        return new(folder, EvaluatedModel.Of(dense.Path, judge[dense.Path].Candidate),
        [
            .. pruned.Select(p => new DemoLevel(p.Zeros, DemoLayer.Join(p.Kept.Report, p.Projected.Report),
                DemoModel.Of(p.Kept.Path, p.Kept.Report, judge[p.Kept.Path]),
                DemoModel.Of(p.Projected.Path, p.Projected.Report, judge[p.Projected.Path]))),
        ], Parts(shell, folder, cancel));
    }

    private static IReadOnlyList<DemoParts> Parts(CommandShell shell, string folder, CancellationToken cancel)
    {
        shell.Messages.WriteLine("factorising the digits …");
        return PartsDemo.Run(folder, cancel);
    }

    private static (string Path, PruningReport Report) Prune(OnnxModel dense, double zeros, WeightValues values, string folder, CancellationToken cancel)
    {
        var (model, report) = ModelPruner.Prune(dense, new PruningOptions { Target = SparsityTarget.Zeros(zeros), Values = values }, cancel: cancel);
        using var pruned = model;
        var path = Path.Combine(folder, $"lenet5-{100 * zeros:F0}-{(values == WeightValues.Original ? "kept" : "projected")}.onnx");
        pruned.Save(path);
        return (path, report);
    }

    /// <summary>All models in one run, their latencies measured in turn, so that what disturbs the machine disturbs all alike.</summary>
    private static Dictionary<string, ModelComparison> Judge(OnnxModel dense, IEnumerable<string> paths, CancellationToken cancel)
    {
        var data = EvalData.Read([ShippedFiles.TestInputs], ShippedFiles.TestLabels);
        var models = paths.Select(OnnxModel.Load).ToList();
        try
        {
            var results = ModelEvaluator.Evaluate([dense, .. models], data, new EvaluationOptions(), cancel);
            return results.ToDictionary(result => result.Path, result => ModelEvaluator.Compare(results[0], result));
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }
    }
}
