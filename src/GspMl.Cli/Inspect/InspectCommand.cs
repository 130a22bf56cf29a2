using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Inspect;

/// <summary><c>gspml inspect</c>: which weights of a model can be pruned, and how sparse they are.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> Model = new("MODEL.onnx") { Description = "The model." };

    private static readonly Option<bool> All = new("--all")
    {
        Description = "List every tensor that is left alone, vectors and scalars too.",
    };

    private static readonly GzipOption Gzip = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("inspect",
            "List a model's weights: shape, zeros, Hoyer sparsity, size; and what is left alone, with the reason.") { Model, All, Gzip };
        return shell.Runs(command, (parsed, _) => Run(parsed));
    }

    private static InspectResult Run(ParseResult parsed)
    {
        using var model = OnnxModel.Load(parsed.GetRequiredValue(Model));
        return InspectResult.Of(model, Gzip.Measure(parsed, model)) with { ListAll = parsed.GetValue(All) };
    }
}
