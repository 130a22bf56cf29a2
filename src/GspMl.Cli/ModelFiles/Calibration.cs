using System.CommandLine;
using GspMl.Cli.Eval;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.ModelFiles;

/// <summary><c>--calibration</c>: input rows without labels.</summary>
internal sealed class Calibration
{
    private readonly Option<string[]> option = new("--calibration") { Description = "Typical input rows without labels; NAME=FILE, repeated, for a model with several inputs.", HelpName = "X.npy" };

    public static implicit operator Option(Calibration calibration) => calibration.option;

    /// <summary>The rows; null where none are given.</summary>
    public EvaluationData? Read(ParseResult parsed)
        => parsed.GetValue(option) is { Length: > 0 } files ? EvalData.Read(files, labels: null) : null;

    /// <summary>The error of a choice that cannot do without.</summary>
    public static CommandException Missing(string choice)
        => CommandException.Usage($"{choice} needs --calibration X.npy, some hundred typical input rows.");
}
