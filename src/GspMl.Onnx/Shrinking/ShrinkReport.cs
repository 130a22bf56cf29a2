using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>What a model costs.</summary>
/// <param name="Macs">Multiply-accumulates of convolutions, matrix products, recurrent layers and attention in the main graph, for one row
/// of inputs.</param>
/// <param name="Parameters">Numbers in stored floating-point and byte tensors.</param>
public sealed record ModelSize(long Macs, long Parameters);

/// <summary>What a run of <see cref="ModelShrinker"/> decided.</summary>
public sealed record ShrinkReport
{
    /// <summary>What was asked for.</summary>
    public required ShrinkOptions Options { get; init; }

    /// <summary>All sets of channels, in the order of the model's nodes; those that had to stay with the reason.</summary>
    public required IReadOnlyList<ChannelSet> Sets { get; init => field = ContentList.Of(value); }

    /// <summary>The size before.</summary>
    public required ModelSize Before { get; init; }

    /// <summary>The size after.</summary>
    public required ModelSize After { get; init; }

    /// <summary>The average Hoyer sparsity of the projected channel scores; null where widths were measured.</summary>
    public required double? Sparsity { get; init; }

    /// <summary>The multiplier μ of that projection; null where there was none.</summary>
    public required double? Multiplier { get; init; }

    /// <summary>The shapes of the inputs for which multiply-accumulates were counted, as text.</summary>
    public required string InputShapes { get; init; }

    /// <summary>The time of a run of the smaller model by that of the dense one, in turns; null where no latency was asked for.</summary>
    public LatencyRatio? Ratio { get; init; }

    /// <summary>
    /// Whether the timings show that as much of the time is gone as was asked for: the median ratio says so, and the interval that some is.
    /// Times of a machine that is busy may vary too much to show it. True where none was asked for.
    /// </summary>
    public bool IsLatencyShown => Ratio is not { } ratio || Options.LatencyGone is not { } gone
        || (ratio.Median <= 1 - gone && (gone == 0 || ratio.IsMeasurable));

    /// <summary>Rows of the runs that were timed; 0 where none were.</summary>
    public int Rows { get; init; }

    /// <summary>The fraction of multiply-accumulates that went.</summary>
    public double MacsGone => Before.Macs == 0 ? 0 : 1 - ((double)After.Macs / Before.Macs);

    /// <summary>The fraction of parameters that went.</summary>
    public double ParametersGone => Before.Parameters == 0 ? 0 : 1 - ((double)After.Parameters / Before.Parameters);
}

/// <summary>A model without some of its channels, not yet written, and what was decided.</summary>
/// <param name="Model">The smaller model; the one it was made from is unchanged.</param>
/// <param name="Report">The decisions, set by set.</param>
public sealed record ShrinkResult(OnnxModel Model, ShrinkReport Report);
