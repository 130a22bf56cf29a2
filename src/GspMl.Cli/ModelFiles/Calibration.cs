using System.CommandLine;
using GspMl.Cli.Inputs;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.ModelFiles;

/// <summary><c>--calibration</c>: input rows without labels.</summary>
internal sealed class Calibration
{
    private readonly InputOptions inputs = new("--calibration", "Typical input rows without labels.");

    public static implicit operator Option(Calibration calibration) => calibration.inputs;

    /// <summary>What holds for every row.</summary>
    public Option Constants => inputs.Constants;

    /// <summary>Where rows lie.</summary>
    public Option Axes => inputs.Axes;

    /// <summary>Whether there are rows.</summary>
    public bool IsGiven(ParseResult parsed) => inputs.AreGiven(parsed);

    /// <summary>The rows; null where none are given.</summary>
    public EvaluationData? Read(ParseResult parsed, OnnxModel model, TextWriter messages)
        => IsGiven(parsed) ? inputs.Read(parsed, model, labels: null, messages) : null;

    /// <summary>The error of a choice that cannot do without.</summary>
    public static CommandException Missing(string choice)
        => CommandException.Usage($"{choice} needs --calibration X.npy, some hundred typical input rows.");
}
