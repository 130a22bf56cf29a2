using GspMl.Projection;

namespace GspMl.Onnx.Allocation;

/// <summary>
/// The levels of the layers whose measured costs add up to the least, while as many weights stay as a projection keeps of these layers.
/// </summary>
internal sealed class MeasuredAllocation : LayerAllocation
{
    public override string Name => nameof(Measured);

    public override bool NeedsCalibration => true;

    public override IReadOnlyList<SparsityTarget> Share(AllocationContext context)
    {
        var kept = context.CountKept();
        var levels = context.MeasureLevels();
        int[] measured = [.. Enumerable.Range(0, levels.Count).Where(i => levels[i].Count > 0)];
        var keep = LeastCostAllocation.Choose([.. measured.Select(i => Levels(context.Layers[i], levels[i]))], measured.Sum(i => kept[i]));
        var targets = context.Layers.Select(_ => context.Target).ToArray();
        foreach (var (i, count) in measured.Zip(keep)) targets[i] = SparsityTarget.Zeros(1 - ((double)count / context.Layers[i].Count));
        return targets;
    }

    /// <summary>Reports tell of the vectors that were asked for.</summary>
    internal override LayerGrouping Grouping(WeightGroup group) => new(group, false);

    private static List<SparsityLevel> Levels(PrunableWeight layer, IReadOnlyList<MeasuredLevel> levels)
        => [.. levels.Select(level => new SparsityLevel((long)Math.Round((1 - level.Zeros) * layer.Count), level.Change))];
}
