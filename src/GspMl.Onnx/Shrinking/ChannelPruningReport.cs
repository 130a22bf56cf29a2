namespace GspMl.Onnx;

/// <summary>What a model costs.</summary>
/// <param name="Macs">Multiply-accumulates of Conv, ConvTranspose, Gemm and MatMul in the main graph, for one row of inputs.</param>
/// <param name="Parameters">Numbers in stored floating-point and byte tensors.</param>
public sealed record ModelSize(long Macs, long Parameters);

/// <summary>What a run of <see cref="ChannelPruner"/> decided.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Sets">All sets of channels, in the order of the model's nodes; those that had to stay with the reason.</param>
/// <param name="Before">The size before.</param>
/// <param name="After">The size after.</param>
/// <param name="Sparsity">The average Hoyer sparsity of the projected channel scores.</param>
/// <param name="Multiplier">The multiplier μ of that projection.</param>
/// <param name="InputShapes">The shapes of the inputs for which multiply-accumulates were counted, as text.</param>
public sealed record ChannelPruningReport(
    ChannelPruningOptions Options, IReadOnlyList<ChannelSet> Sets, ModelSize Before, ModelSize After, double Sparsity, double Multiplier, string InputShapes)
{
    /// <summary>The fraction of multiply-accumulates that went.</summary>
    public double MacsGone => Before.Macs == 0 ? 0 : 1 - ((double)After.Macs / Before.Macs);

    /// <summary>The fraction of parameters that went.</summary>
    public double ParametersGone => Before.Parameters == 0 ? 0 : 1 - ((double)After.Parameters / Before.Parameters);
}

/// <summary>A model without some of its channels, not yet written, and what was decided.</summary>
/// <param name="Model">The smaller model; the one it was made from is unchanged.</param>
/// <param name="Report">The decisions, set by set.</param>
public sealed record ChannelPruningResult(OnnxModel Model, ChannelPruningReport Report);
