using System.Text.Json.Serialization;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Eval;

/// <summary>What <c>gspml eval</c> reports.</summary>
internal sealed record EvalResult(EvaluatedModel Model, EvaluatedModel? Baseline = null, Drift? Drift = null,
    Comparison? Comparison = null) : CommandResult
{
    protected override string SchemaName => "gspml-eval-1";

    /// <summary>In percentage points; null without labels or baseline.</summary>
    public double? AccuracyDrop => 100 * (Baseline?.Accuracy - Model.Accuracy);

    public IReadOnlyList<GateOutcome> Gates { get; init; } = [];

    /// <summary>What each layer inherits and adds; null where it was not asked for.</summary>
    public IReadOnlyList<LayerDrift>? Layers { get; init; }

    public bool GateFailed => Gates.Any(gate => !gate.Passed);

    [JsonIgnore]
    public override int ExitCode => GateFailed ? Shell.ExitCode.QualityGateFailed : Shell.ExitCode.Done;

    /// <summary>The model, and before it the baseline if there is one.</summary>
    [JsonIgnore]
    public IReadOnlyList<EvaluatedModel> Models => Baseline is null ? [Model] : [Baseline, Model];

    public static EvalResult Of(string path, EvaluationResult result) => new(EvaluatedModel.Of(path, result));

    public static EvalResult Of(string baseline, string path, ModelComparison both, QualityGates gates) =>
        new(EvaluatedModel.Of(path, both.Candidate), EvaluatedModel.Of(baseline, both.Baseline), Drift.Of(both),
            Comparison.Of(both))
        { Gates = gates.Judge(both) };

    public override void WriteText(IAnsiConsole console)
    {
        var table = Format.Table(["<model", "accuracy", "95 % interval", .. LatencyCells.Columns(this), "file", "gzipped"]);
        foreach (var model in Models)
        {
            table.Row([model.Model, Format.Percent(model.Accuracy), Format.Percent(model.AccuracyInterval),
                .. LatencyCells.Cells(this, model), Format.Bytes(model.Bytes), Format.Bytes(model.GzipBytes)]);
        }
        console.Write(table);
        console.MarkupLineInterpolated($"{Model.Rows} rows on {Where.Of(Model)}{LatencyCells.Explanation(this)}");
        foreach (var sentence in Where.OnCpu(Models)) console.MarkupLineInterpolated($"{sentence}");
        foreach (var output in (Baseline ?? Model).Outputs.Where(output => output.Task is not null))
            console.MarkupLineInterpolated($"{JudgementWords.Taken(output.Name, output.Task!)}");
        foreach (var sentence in Comparison?.Verdict ?? []) console.MarkupLineInterpolated($"{sentence}");
        if (Layers is not null) WriteLayers(console, Layers);
        foreach (var gate in Gates) console.MarkupLineInterpolated($"{gate}");
    }

    private static void WriteLayers(IAnsiConsole console, IReadOnlyList<LayerDrift> layers)
    {
        var table = Format.Table(LayerWords.Columns);
        foreach (var layer in layers) table.Row(LayerWords.Cells(layer));
        console.Write(table);
        foreach (var sentence in LayerWords.Of(layers)) console.MarkupLineInterpolated($"{sentence}");
    }
}
