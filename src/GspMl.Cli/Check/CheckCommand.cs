using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Check;

/// <summary><c>gspml check</c>: what each runtime will do with a model's zeros.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string> Model = new("MODEL.onnx") { Description = "The model." };

    public static Command Create(CommandShell shell)
    {
        var command = new Command("check",
            "Tell layer by layer what a model's zeros are, and what ONNX Runtime, TensorRT, OpenVINO and Core ML gain from them.")
        {
            Model,
        };
        return shell.Runs(command, (parsed, cancel) => Run(parsed, cancel));
    }

    private static CheckResult Run(ParseResult parsed, CancellationToken cancel)
    {
        using var model = OnnxModel.Load(parsed.GetRequiredValue(Model));
        return CheckResult.Of(model, RuntimeChecker.Check(model, cancel));
    }
}
