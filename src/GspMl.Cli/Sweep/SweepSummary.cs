using System.Text.Json.Serialization;
using GspMl.Cli.Eval;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Sweep;

/// <summary>What <c>gspml sweep</c> reports.</summary>
/// <param name="Asked">How the models were pruned, in words.</param>
/// <param name="Measure">What they are judged by.</param>
/// <param name="Dense">The model as it was.</param>
/// <param name="DenseZeros">Its zeros, as a fraction of the weights that are pruned.</param>
/// <param name="DenseQuality">Its quality.</param>
/// <param name="Levels">The pruned models, zeros ascending.</param>
internal sealed record SweepSummary(string Asked, SweepMeasure Measure, EvaluatedModel Dense, double DenseZeros, Estimate DenseQuality,
    IReadOnlyList<SweptModel> Levels) : CommandResult
{
    private static readonly string[] ChangeTitle = ["points (95 %)"];
    private static readonly string[] NoChange = ["–"];

    protected override string SchemaName => "gspml-sweep-1";

    /// <summary>The limits that a model was searched for by.</summary>
    public SweepLimit? Limits { get; init; }

    /// <summary>Whether there are limits, and no model keeps them.</summary>
    public bool GateFailed => Limits is not null && Chosen is null;

    [JsonIgnore]
    public SweptModel? Knee => Levels.FirstOrDefault(model => model.IsKnee);

    [JsonIgnore]
    public SweptModel? Chosen => Levels.FirstOrDefault(model => model.IsChosen);

    [JsonIgnore]
    public override int ExitCode => GateFailed ? Shell.ExitCode.QualityGateFailed : Shell.ExitCode.Done;

    public static SweepSummary Of(string asked, OnnxModel model, SweepResult sweep, SweepOptions options) => new(asked, sweep.Measure,
        EvaluatedModel.Of(model.Path, sweep.Dense), sweep.DenseZeros, sweep.DenseQuality,
        [.. sweep.Levels.Select(level => SweptModel.Of(level, sweep))])
    {
        Limits = options.HasLimits ? new(options.MaxAccuracyDrop, options.MinAgreement) : null,
    };

    /// <summary>The headings of the table, those of text with a '&lt;'.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Columns => ["zeros", MeasureWords.Name(Measure), "95 % interval",
        .. HasChange ? ChangeTitle : [], "bytes", "gzipped", .. HasTimes ? new[] { "1 row", BatchTitle } : [], "<note"];

    /// <summary>The dense model's line, and one for each level.</summary>
    [JsonIgnore]
    public IEnumerable<string[]> Rows => Levels.Select(Row).Prepend(
    [
        Format.Percent(DenseZeros), MeasureWords.Value(Measure, DenseQuality.Value), MeasureWords.Interval(Measure, DenseQuality.Interval),
        .. HasChange ? NoChange : [], $"{Dense.Bytes:N0}", Size(Dense.GzipBytes),
        .. HasTimes ? new[] { Format.Milliseconds(Dense.MillisecondsPerRow), Format.Milliseconds(Dense.MillisecondsPerBatch) } : [],
        "dense",
    ]);

    private bool HasChange => Levels.Any(model => model.AccuracyChange is not null);

    private bool HasTimes => Dense.MillisecondsPerRow is not null;

    private string BatchTitle => Format.Count(Dense.BatchSize ?? 1, "row");

    public override void WriteText(IAnsiConsole console)
    {
        var table = Format.Table([.. Columns]);
        foreach (var row in Rows) table.Row(row);
        console.Write(table);
        console.MarkupLineInterpolated($"{Asked}; {Dense.Rows:N0} rows on {Where.Of(Dense)}{Times}");
        foreach (var sentence in SweepVerdict.Of(this)) console.MarkupLineInterpolated($"{sentence}");
        foreach (var model in Levels.Where(model => model.File is not null)) console.MarkupLineInterpolated($"{model.File}");
    }

    private string Times => HasTimes ? "; latencies are medians after warm-up, all models timed in turns" : "";

    private string[] Row(SweptModel model) =>
    [
        Format.Percent(model.Zeros), MeasureWords.Value(Measure, model.Quality.Value),
        MeasureWords.Interval(Measure, model.Quality.Interval), .. HasChange ? new[] { MeasureWords.Change(model.AccuracyChange) } : [],
        $"{model.Bytes:N0}", Size(model.GzipBytes),
        .. HasTimes ? new[] { Format.Milliseconds(model.MillisecondsPerRow), Format.Milliseconds(model.MillisecondsPerBatch) } : [],
        model.Note,
    ];

    private static string Size(long? bytes) => bytes is { } known ? $"{known:N0}" : "–";
}

/// <summary>What a model must keep, as fractions.</summary>
internal sealed record SweepLimit(double? MaxAccuracyDrop, double? MinAgreement);
