using System.Numerics;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>
/// Grouped sparse projection of all layers in one group, each layer one vector, in coordinates in which an entry says what
/// it adds to its layer's output, as a part of that output's standard deviation: |w| / (cost · σ). The solver thresholds
/// vector i at μ·β_i with β_i = 1/(√n_i − 1); coordinates are multiplied by β_i too, so that one threshold holds for
/// layers of any size and none is deleted for being small. Layers that would still fall below the floor keep their
/// largest entries up to it.
/// </summary>
/// <param name="deviations">The standard deviation of each layer's outputs.</param>
/// <param name="costs">The costs of a layer's entries.</param>
/// <param name="floor">The least fraction of its weights that any layer keeps.</param>
internal sealed class ScaledProjection(Func<PrunableWeight, double> deviations, IWeightCosts costs, double floor) : ILayerProjection
{
    public WeightGroup Vectors => WeightGroup.Layer;

    public bool SpansLayers => true;

    public ProjectionResult Prune<T>(IReadOnlyList<LayerWeights<T>> layers, SparsityTarget target, GspProjector<T> projector,
        CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scaled = layers.Select(layer => new ScaledLayer<T>(layer, deviations(layer.Layer.Weight), costs.Of<T>(layer.Layer.Weight)))
            .ToList();
        var result = Project(scaled, target, projector, cancel);
        foreach (var layer in scaled) layer.WriteBack();
        return result;
    }

    /// <summary>
    /// Projects; layers below the floor are set to it and left out of the next round, whose target makes up for what they keep.
    /// </summary>
    private ProjectionResult Project<T>(IReadOnlyList<ScaledLayer<T>> layers, SparsityTarget target, GspProjector<T> projector,
        CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var free = layers.ToList();
        var total = layers.Sum(layer => layer.Count);
        // At most a round for each layer: one that leaves any out is followed by another, and the last one leaves none out.
        while (true)
        {
            foreach (var layer in free) layer.Restore();
            var fixedZeros = layers.Except(free).Sum(layer => layer.Zeros);
            var goal = target.IsZeros
                ? SparsityTarget.Zeros(Math.Clamp(((target.Value * total) - fixedZeros) / free.Sum(layer => layer.Count), 0, 1)) : target;
            var group = new VectorGroup<T>();
            foreach (var layer in free) group.Add(layer.Values, VectorLayout.Rows(1, layer.Values.Length));
            var result = projector.Project(group, goal, cancel);
            var starved = free.Where(layer => layer.Count - layer.Zeros < layer.Floor(floor)).ToList();
            if (starved.Count == 0 || starved.Count == free.Count)
                // Layers set to the floor before have changed, even if the others need not.
                return result.Ending == ProjectionEnding.Unchanged && free.Count < layers.Count
                    ? result with { Ending = ProjectionEnding.Met } : result;
            foreach (var layer in starved) layer.KeepLargest(layer.Floor(floor));
            free.RemoveAll(starved.Contains);
        }
    }

    /// <summary>A layer in scaled coordinates.</summary>
    private sealed class ScaledLayer<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly LayerWeights<T> layer;
        private readonly T[] scales;
        private readonly T[] start;

        public ScaledLayer(LayerWeights<T> layer, double deviation, T[]? costs)
        {
            this.layer = layer;
            var length = layer.Values.Length;
            var scale = T.CreateChecked(Math.Max(HoyerScale.Range(length), 1) * (deviation > 0 ? deviation : 1));
            scales = new T[length];
            for (var i = 0; i < length; i++) scales[i] = scale * (costs is null ? T.One : costs[i]);
            start = [.. layer.Values.Zip(scales, (value, by) => value / by)];
            Values = [.. start];
        }

        public T[] Values { get; }

        public long Count => Values.Length;

        public long Zeros => Values.LongCount(value => value == T.Zero);

        public void Restore() => start.CopyTo(Values, 0);

        public long Floor(double fraction) => Math.Min(start.LongCount(value => value != T.Zero), (long)Math.Ceiling(fraction * Count));

        public void KeepLargest(long count)
        {
            var order = Enumerable.Range(0, start.Length).OrderByDescending(i => T.Abs(start[i])).ToArray();
            Array.Clear(Values);
            foreach (var i in order.Take((int)count)) Values[i] = start[i];
        }

        /// <summary>Entries that the projection left as they were keep their bits.</summary>
        public void WriteBack()
        {
            for (var i = 0; i < Values.Length; i++)
                if (Values[i] != start[i]) layer.Values[i] = Values[i] * scales[i];
        }
    }
}
