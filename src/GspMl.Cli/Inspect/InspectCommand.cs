using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Inspect;

/// <summary><c>gspml inspect</c>: which weights of a model can be pruned, and how sparse they are.</summary>
internal static class InspectCommand
{
    private static readonly Argument<string> Model = new("MODEL.onnx") { Description = "The model." };

    private static readonly Option<bool> All = new("--all") { Description = "List every tensor that is left alone, vectors and scalars too." };

    public static Command Create(CommandShell shell)
    {
        var command = new Command("inspect", "List a model's weights: shape, zeros, Hoyer sparsity, size; and what is left alone, with the reason.") { Model, All };
        return shell.Runs(command, (parsed, _) => Run(parsed.GetRequiredValue(Model), parsed.GetValue(All)));
    }

    private static InspectResult Run(string path, bool all)
    {
        using var model = OnnxModel.Load(path);
        return InspectResult.Of(model) with { ListAll = all };
    }
}
