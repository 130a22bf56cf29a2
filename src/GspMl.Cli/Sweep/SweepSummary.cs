using System.Text.Json.Serialization;
using GspMl.Cli.Eval;
using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Onnx;
using Spectre.Console;

namespace GspMl.Cli.Sweep;

/// <summary>What <c>gspml sweep</c> reports.</summary>
/// <param name="Asked">How the models were made, in words.</param>
/// <param name="Axis">What they go by.</param>
/// <param name="Measure">What they are judged by.</param>
/// <param name="Dense">The model as it was.</param>
/// <param name="DenseZeros">Its zeros, as a fraction of the weights that are pruned; null where channels go.</param>
/// <param name="DenseQuality">Its quality.</param>
/// <param name="Levels">The models, curve by curve, amounts ascending.</param>
internal sealed record SweepSummary(string Asked, SweepAxis Axis, SweepMeasure Measure, EvaluatedModel Dense, double? DenseZeros,
    Estimate DenseQuality, IReadOnlyList<SweptModel> Levels) : CommandResult
{
    protected override string SchemaName => "gspml-sweep-1";

    /// <summary>The limits that a model was searched for by.</summary>
    public SweepLimit? Limits { get; init; }

    /// <summary>Whether there are limits, and no model keeps them.</summary>
    public bool GateFailed => Limits is not null && Chosen is null;

    /// <summary>The names of the curves.</summary>
    public IReadOnlyList<string> Curves => [.. Levels.Select(model => model.Curve).Distinct()];

    [JsonIgnore]
    public SweptModel? Chosen => Levels.FirstOrDefault(model => model.IsChosen);

    /// <summary>The dense model's amount.</summary>
    [JsonIgnore]
    public double DenseAmount => DenseZeros ?? 0;

    [JsonIgnore]
    public override int ExitCode => GateFailed ? Shell.ExitCode.QualityGateFailed : Shell.ExitCode.Done;

    public static SweepSummary Of(string asked, OnnxModel model, SweepResult sweep, SweepOptions options)
    {
        var axis = options.Curves[0].Axis;
        return new(asked, axis, sweep.Measure, EvaluatedModel.Of(model.Path, sweep.Dense),
            axis == SweepAxis.Zeros ? sweep.DenseAmount : null, sweep.DenseQuality,
            [.. sweep.Levels.Select(level => SweptModel.Of(level, sweep))])
        {
            Limits = options.HasLimits ? new(options.MaxAccuracyDrop, options.MinAgreement) : null,
        };
    }

    /// <summary>The models of one curve.</summary>
    public IReadOnlyList<SweptModel> Of(string curve) => [.. Levels.Where(model => model.Curve == curve)];

    public override void WriteText(IAnsiConsole console)
    {
        var table = new SweepTable(this);
        var written = Format.Table([.. table.Columns]);
        foreach (var row in table.Rows) written.Row(row);
        console.Write(written);
        console.MarkupLineInterpolated($"{Asked}; {Dense.Rows:N0} rows on {Where.Of(Dense)}{table.Times}");
        foreach (var sentence in SweepVerdict.Of(this)) console.MarkupLineInterpolated($"{sentence}");
        foreach (var model in Levels.Where(model => model.File is not null)) console.MarkupLineInterpolated($"{model.File}");
    }
}

/// <summary>What a model must keep, as fractions.</summary>
internal sealed record SweepLimit(double? MaxAccuracyDrop, double? MinAgreement);
