using System.Text.Json.Serialization;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Eval;

/// <summary>What <c>gspml eval</c> reports.</summary>
internal sealed record EvalResult(EvaluatedModel Model, EvaluatedModel? Baseline, Drift? Drift, double? MaxAccuracyDrop) : CommandResult
{
    /// <summary>In percentage points; null without labels or baseline.</summary>
    public double? AccuracyDrop => 100 * (Baseline?.Accuracy - Model.Accuracy);

    public bool GateFailed => AccuracyDrop > MaxAccuracyDrop;

    [JsonIgnore]
    public override int ExitCode => GateFailed ? Shell.ExitCode.QualityGateFailed : Shell.ExitCode.Done;

    public static EvalResult Of(string path, EvaluationResult result) => new(EvaluatedModel.Of(path, result), null, null, null);

    public static EvalResult Of(string baseline, string path, ModelComparison both, double? gate) =>
        new(EvaluatedModel.Of(path, both.Candidate), EvaluatedModel.Of(baseline, both.Baseline), Drift.Of(both), gate);

    public override void WriteText(IAnsiConsole console)
    {
        var table = Format.Table("<model", "accuracy", "1 row", $"{Model.BatchSize} rows", "file", "gzipped");
        foreach (var model in Baseline is null ? [Model] : new[] { Baseline, Model })
        {
            table.Row(model.Model, Format.Percent(model.Accuracy), Format.Milliseconds(model.MillisecondsPerRow), Format.Milliseconds(model.MillisecondsPerBatch),
                Format.Bytes(model.Bytes), Format.Bytes(model.GzipBytes));
        }
        console.Write(table);
        console.MarkupLineInterpolated($"{Model.Rows} rows on {Model.Provider}{(Model.ProviderNote is null ? "" : $" ({Model.ProviderNote})")}; latencies are medians after warm-up");
        if (Drift is not null)
            console.MarkupLineInterpolated($"same class as the baseline on {Format.Percent(Drift.Agreement)} of the rows; outputs differ by {Drift.RmsDifference:G3} (RMS), {Drift.MaxDifference:G3} at most");
        if (MaxAccuracyDrop is { } limit)
            console.MarkupLineInterpolated($"accuracy drop {AccuracyDrop:F2} points, limit {limit:F2}: {(GateFailed ? "FAILED" : "passed")}");
    }
}

/// <summary>How far a model's outputs lie from the baseline's.</summary>
internal sealed record Drift(double Agreement, double MaxDifference, double RmsDifference)
{
    public static Drift Of(ModelComparison both) => new(both.Agreement, both.MaxDifference, both.RmsDifference);
}
