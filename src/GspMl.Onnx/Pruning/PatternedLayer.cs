using System.Numerics;
using GspMl.Onnx.Patterns;
using GspMl.Onnx.Weights;
using GspMl.Projection;

namespace GspMl.Onnx.Pruning;

/// <summary>A layer's weights as units that go or stay together, and what each unit is worth.</summary>
/// <typeparam name="T">float; double where the model stores double.</typeparam>
internal sealed class PatternedLayer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LayerWeights<T> layer;
    private readonly int[] places;
    private readonly float[] squares;
    private readonly float[] worths;
    private readonly double largest;

    /// <param name="layer">The weights; pruned in place.</param>
    /// <param name="layout">The units.</param>
    /// <param name="costs">What each stored entry's magnitude is divided by; null where all are 1.</param>
    public PatternedLayer(LayerWeights<T> layer, PatternLayout layout, T[]? costs)
    {
        (this.layer, Layout) = (layer, layout);
        places = Places(Weight.View);
        double Score(int place)
            => Math.Abs(double.CreateTruncating(layer.Values[place])) / (costs is null ? 1 : double.CreateTruncating(costs[place]));
        // In parts of the largest score, so that no square leaves the range of float.
        largest = Math.Max(places.Max(Score), double.Epsilon);
        squares = new float[places.Length];
        for (var i = 0; i < squares.Length; i++) squares[i] = (float)Math.Pow(Score(places[i]) / largest, 2);
        worths = layout.Sums(squares);
    }

    public PrunableWeight Weight => layer.Layer.Weight;

    public PatternLayout Layout { get; }

    public long Count => places.Length;

    /// <summary>Steps that its cells have in all.</summary>
    public int Steps => Layout.CellSize / Layout.Step;

    /// <summary>The root of the mean squared score of each unit's weights.</summary>
    public IEnumerable<double> Scores() => worths.Select(worth => largest * Math.Sqrt((double)worth / Layout.UnitSize));

    /// <summary>Keeps the units of highest worth of each cell.</summary>
    /// <param name="steps">How many steps each cell keeps.</param>
    /// <param name="projector">
    /// Gives the units that stay new sizes: each cell's units are a vector, by their norms, that is projected to the zeros it gets. Null
    /// where they keep their values.
    /// </param>
    public void Keep(int steps, GspProjector<T>? projector)
    {
        var quota = steps * Layout.Step;
        var layout = Layout.Arranged(squares, steps * Layout.StepWeights);
        var sums = ReferenceEquals(layout, Layout) ? worths : layout.Sums(squares);
        var best = layout.Best(sums, quota);
        var sizes = projector is null ? null : Sizes(sums, best, quota, projector);
        var units = layout.UnitOf;
        for (var i = 0; i < places.Length; i++)
        {
            ref var value = ref layer.Values[places[i]];
            value = !best[units[i]] ? T.Zero : sizes is null ? value : value * sizes[units[i]];
        }
    }

    /// <summary>By how much each unit that stays is multiplied.</summary>
    private T[] Sizes(float[] worths, bool[] best, int quota, GspProjector<T> projector)
    {
        var norms = worths.Select(worth => T.CreateTruncating(Math.Sqrt(worth))).ToArray();
        var projected = (T[])norms.Clone();
        var target = SparsityTarget.Zeros(1 - ((double)quota / Layout.CellSize));
        for (var first = 0; first < norms.Length; first += Layout.CellSize)
        {
            var group = new VectorGroup<T>();
            group.Add(projected.AsMemory(first, Layout.CellSize), VectorLayout.Rows(1, Layout.CellSize));
            projector.Project(group, target);
        }
        return [.. norms.Select((norm, unit) => best[unit] && norm > T.Zero ? projected[unit] / norm : T.One)];
    }

    /// <summary>The stored positions of filters × inputs.</summary>
    private static int[] Places(WeightView view)
    {
        var (filters, inputs) = (view.Offsets(AxisRole.Group, AxisRole.Output), view.Offsets(AxisRole.Input, AxisRole.Kernel));
        return [.. filters.SelectMany(_ => inputs, (filter, input) => filter + input)];
    }
}
