using System.CommandLine;
using GspMl.Cli.Eval;
using GspMl.Cli.Inputs;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Demo;

/// <summary><c>gspml demo</c>: prunes the shipped LeNet-5, judges it on the shipped digits, and finds sparse parts of them.</summary>
internal static class DemoCommand
{
    private static readonly double[] Levels = [0.5, 0.8];

    private static readonly Option<string?> Folder = new("--out")
    {
        Description = "Where the pruned models go. Default: a folder for temporary files.",
        HelpName = "DIR",
    };

    public static Command Create(CommandShell shell)
    {
        var command = new Command("demo", "Prune the shipped LeNet-5 at two levels and compare it with the dense model; factorise the "
            + "shipped digits into sparse parts.") { Folder };
        return shell.Runs(command, (parsed, cancel) => Run(shell, parsed.GetValue(Folder), cancel));
    }

    private static DemoResult Run(CommandShell shell, string? folder, CancellationToken cancel)
    {
        folder = Directory.CreateDirectory(folder ?? Path.Combine(Path.GetTempPath(), "gspml-demo")).FullName;
        using var dense = OnnxModel.Load(ShippedFiles.LeNet5);
        var calibration = EvalData.Read(dense, new(ShippedFiles.CalibrationInputs), shell.Messages);
        shell.Messages.WriteLine("pruning LeNet-5 …");
        var pruned = Levels.Select(zeros => PrunedLevel.Make(dense, zeros, calibration, folder, cancel)).ToList();

        shell.Messages.WriteLine("running the models on the test digits …");
        var judge = Judge(shell, dense, pruned.SelectMany(level => level.Paths), cancel);
        return new(folder, EvaluatedModel.Of(dense.Path, judge[dense.Path].Candidate), [.. pruned.Select(level => level.Judged(judge))],
            Parts(shell, folder, cancel));
    }

    private static IReadOnlyList<DemoParts> Parts(CommandShell shell, string folder, CancellationToken cancel)
    {
        shell.Messages.WriteLine("factorising the digits …");
        return PartsDemo.Run(folder, cancel);
    }

    /// <summary>All models in one run, their latencies measured in turn, so that what disturbs the machine disturbs all alike.</summary>
    private static Dictionary<string, ModelComparison> Judge(CommandShell shell, OnnxModel dense, IEnumerable<string> paths,
        CancellationToken cancel)
    {
        var data = EvalData.Read(dense, new(ShippedFiles.TestInputs, ShippedFiles.TestLabels), shell.Messages);
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
