using System.Runtime.InteropServices;
using GspMl.Cli.Html;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Cli.Recipes;

/// <summary>What the bits of a result depend on beside the files and the options.</summary>
/// <param name="Gspml">The version of this tool.</param>
/// <param name="OnnxRuntime">The version of ONNX Runtime.</param>
/// <param name="Dotnet">The version of .NET.</param>
/// <param name="Architecture">The processor's architecture.</param>
/// <param name="Processor">Its name: kernels differ with what it can do.</param>
/// <param name="Cores">Logical cores.</param>
internal sealed record RecipeMachine(string Gspml, string OnnxRuntime, string Dotnet, string Architecture, string Processor, int Cores)
{
    public static RecipeMachine Here() => new(Provenance.Version(), OrtEnv.Instance().GetVersionString(),
        RuntimeInformation.FrameworkDescription, $"{RuntimeInformation.ProcessArchitecture}", Provenance.Processor(),
        Environment.ProcessorCount);

    /// <summary>What is another here, a phrase each.</summary>
    public IEnumerable<string> DifferencesTo(RecipeMachine here)
    {
        (string What, string Then, string Now)[] all =
        [
            ("gspml", Gspml, here.Gspml), ("ONNX Runtime", OnnxRuntime, here.OnnxRuntime), ("runtime", Dotnet, here.Dotnet),
            ("architecture", Architecture, here.Architecture), ("processor", Processor, here.Processor),
            ("logical cores", $"{Cores}", $"{here.Cores}"),
        ];
        return all.Where(part => part.Then != part.Now).Select(part => $"{part.What} {part.Now} (the recipe's: {part.Then})");
    }
}
