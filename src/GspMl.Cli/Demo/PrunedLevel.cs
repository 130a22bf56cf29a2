using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Cli.Demo;

/// <summary>The three models of one level of zeros, written and not yet judged.</summary>
internal sealed record PrunedLevel(double Zeros, PrunedModel Kept, PrunedModel Projected, PrunedModel Repaired)
{
    public IEnumerable<string> Paths => [Kept.Path, Projected.Path, Repaired.Path];

    public static PrunedLevel Make(OnnxModel dense, double zeros, EvaluationData calibration, string folder, CancellationToken cancel)
    {
        var target = SparsityTarget.Zeros(zeros);
        var paper = PruningOptions.Paper(target);
        PrunedModel Write(string name, PruningOptions options) =>
            PrunedModel.Write(dense, options, Path.Combine(folder, $"lenet5-{100 * zeros:F0}-{name}.onnx"), cancel);
        return new(zeros,
            Write("kept", paper with { Values = WeightValues.Original }),
            Write("projected", paper),
            Write("repaired", PruningOptions.Accurate(target, calibration) with { Allocation = SparsityAllocation.GspScaled }));
    }

    public DemoLevel Judged(IReadOnlyDictionary<string, ModelComparison> judge) =>
        new(Zeros, DemoLayer.Join(Kept.Report, Projected.Report, Repaired.Report), Kept.Judged(judge), Projected.Judged(judge),
            Repaired.Judged(judge));
}

/// <summary>A pruned model's file and what was decided for it.</summary>
internal sealed record PrunedModel(string Path, PruningReport Report)
{
    public static PrunedModel Write(OnnxModel dense, PruningOptions options, string path, CancellationToken cancel)
    {
        var (model, report) = ModelPruner.Prune(dense, options, cancel: cancel);
        using var pruned = model;
        pruned.Save(path, cancel: cancel);
        return new(path, report);
    }

    public DemoModel Judged(IReadOnlyDictionary<string, ModelComparison> judge) => DemoModel.Of(Path, Report, judge[Path]);
}
