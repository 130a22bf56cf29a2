using GspMl.Onnx.Permuting;

namespace GspMl.Onnx;

/// <summary>
/// Puts channels into an order in which a pattern of n of every m input channels keeps more: follow channels through the graph → choose an
/// order for each set that goes together → reorder the tensors along which they lie → compare the outputs.
/// </summary>
/// <remarks>
/// What layers put out is reordered together with all that reads it, so that the model computes what it did (Pool and Yu 2021). Channels
/// stay where the graph needs their places: at the model's inputs and outputs, within groups and heads, at normalisations over channels
/// and at what no rule covers. The model is held in memory.
/// </remarks>
/// <example>
/// <code>
/// var model = OnnxModel.Load("dense.onnx");
/// var (permuted, report) = ChannelPermuter.Permute(model, new() { Pattern = SparsityPattern.OfEvery(2, 4) });
/// </code>
/// </example>
public static class ChannelPermuter
{
    /// <summary>Reorders a model's channels in memory. The given model is unchanged.</summary>
    /// <param name="model">The model; it is run twice on ONNX Runtime, once before and once after.</param>
    /// <param name="options">For which pattern.</param>
    /// <param name="cancel">Looked at between rounds of the search.</param>
    /// <returns>The model, and which sets of channels have another order; where none has, the model is the given one.</returns>
    /// <exception cref="OnnxModelException">The model cannot be run or read, or its outputs are no longer the same.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value, or the pattern has no use for an order.
    /// </exception>
    public static PermutationResult Permute(OnnxModel model, PermutationOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var result = new PermutationRun(model.WithThreads(options.MaxThreads), options, cancel).Run();
        return result with { Model = result.Report.Sets.Count == 0 ? model : result.Model.WithThreads(0) };
    }
}
