using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Prune;

/// <summary><c>--permute</c>: whether channels get an order first in which <c>--pattern N:M</c> keeps more.</summary>
internal sealed class PermuteOption
{
    private readonly Option<bool> permute = new("--permute")
    {
        Description = "Reorder channels first, so that --pattern N:M keeps more; what the model computes stays the same.",
    };

    public void AddTo(Command command) => command.Options.Add(permute);

    /// <exception cref="CommandException">It is asked for with another pattern.</exception>
    public void Check(ParseResult parsed, SparsityPattern pattern)
    {
        if (parsed.GetValue(permute) && !pattern.FixedZeros.HasValue)
            throw CommandException.Usage($"--permute is for --pattern N:M, such as 2:4, not for {pattern}.");
    }

    /// <summary>The model in the new order and what became of it; null where it is not asked for.</summary>
    public PermutationResult? Run(ParseResult parsed, OnnxModel model, PruningOptions options, CancellationToken cancel)
        => !parsed.GetValue(permute) ? null : ChannelPermuter.Permute(model,
            new() { Pattern = options.Pattern, Inputs = options.Calibration, MaxThreads = options.MaxThreads }, cancel);
}
