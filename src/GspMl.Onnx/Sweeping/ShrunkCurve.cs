using GspMl.Onnx.Sweeping;

namespace GspMl.Onnx;

/// <summary>
/// A curve over fractions of multiply-accumulates that go with whole channels. Each model is, byte for byte, what
/// <see cref="ModelShrinker"/> makes alone.
/// </summary>
public sealed record ShrunkCurve : SweepCurve
{
    /// <summary>How each model is shrunk; its target is replaced by each of the amounts.</summary>
    public required ShrinkOptions Shrinking { get; init; }

    /// <inheritdoc/>
    public override SweepAxis Axis => SweepAxis.Macs;

    internal override IEnumerable<MadeModel> Make(OnnxModel model, Func<double, IProgress<PruningProgress>?> begin,
        CancellationToken cancel)
    {
        foreach (var macs in Amounts.Reverse())
        {
            var options = Shrinking with { Target = ShrinkTarget.Macs(macs) };
            var (smaller, report) = ModelShrinker.Shrink(model, options, begin(macs), cancel);
            yield return new(this, macs, report.MacsGone, smaller) { Shrinking = report };
        }
    }

    internal override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Shrinking);
    }
}
