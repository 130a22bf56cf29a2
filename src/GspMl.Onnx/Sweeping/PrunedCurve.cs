using GspMl.Onnx.Pipeline;
using GspMl.Onnx.Sweeping;
using GspMl.Projection;

namespace GspMl.Onnx;

/// <summary>A curve over fractions of zeros. Each model is, byte for byte, what <see cref="ModelPruner"/> makes alone.</summary>
public sealed record PrunedCurve : SweepCurve
{
    /// <summary>How each model is pruned; its target is replaced by each of the amounts.</summary>
    public required PruningOptions Pruning { get; init; }

    /// <inheritdoc/>
    public override SweepAxis Axis => SweepAxis.Zeros;

    internal override IEnumerable<MadeModel> Make(OnnxModel model, Func<double, IProgress<PruningProgress>?> begin,
        CancellationToken cancel)
    {
        var findings = new DenseFindings();
        foreach (var zeros in Amounts.Reverse())
        {
            var options = Pruning with { Target = SparsityTarget.Zeros(zeros) };
            var (pruned, report) = ModelPruner.Prune(model, options, findings, begin(zeros), cancel);
            yield return new(this, zeros, report.Zeros, pruned) { Pruning = report };
        }
    }

    internal override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Pruning);
    }
}
