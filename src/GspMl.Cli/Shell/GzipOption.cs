using System.CommandLine;
using GspMl.Onnx;

namespace GspMl.Cli.Shell;

/// <summary>
/// <c>--gzip</c>: whether compressed sizes are measured. Compressing takes far longer than pruning, so large models are left out unless
/// asked for.
/// </summary>
internal sealed class GzipOption
{
    private const long LargestUnasked = 64 << 20;

    private readonly Option<string> option = Choice.Of("--gzip", "Measure gzipped sizes: auto does for models up to 64 MB.", "auto",
        "always", "never");

    public static implicit operator Option(GzipOption gzip) => gzip.option;

    /// <summary>Whether the command line wants the compressed size of <paramref name="model"/>.</summary>
    public bool Wants(ParseResult parsed, OnnxModel model) => parsed.GetRequiredValue(option) switch
    {
        "always" => true,
        "never" => false,
        _ => model.MeasureBytes() <= LargestUnasked,
    };

    /// <summary>The compressed size, in bytes; null where it is not wanted.</summary>
    public long? Measure(ParseResult parsed, OnnxModel model) => Wants(parsed, model) ? model.MeasureGzipBytes() : null;
}
