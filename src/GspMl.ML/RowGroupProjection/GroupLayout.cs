using GspMl.ML.Saving;
using static GspMl.ML.Saving.GraphBuilder;

namespace GspMl.ML;

/// <summary>A row's group as a tensor: vectors × longest, shorter vectors filled up.</summary>
internal sealed class GroupLayout
{
    private readonly RowGroup group;
    private readonly double[][] weights;

    public GroupLayout(RowGroup group)
    {
        this.group = group;
        Longest = group.Lengths.Max();
        Places = Enumerable.Repeat(-1, Vectors * Longest).ToArray();
        weights = new double[Vectors][];
        for (var (i, slot) = (0, 0); i < Vectors; slot += group.Lengths[i++])
        {
            for (var j = 0; j < group.Lengths[i]; j++) Places[(i * Longest) + j] = slot + j;
            var given = group.Weights.Length == 0 ? [] : group.Weights[slot..(slot + group.Lengths[i])];
            weights[i] = WeightNorms.OrOnes(given, group.Lengths[i]);
        }
        Betas = [.. weights.Select(w => WeightNorms.Beta(w))];
    }

    public int Vectors => group.Lengths.Count;

    /// <summary>The slots of the longest vector.</summary>
    public int Longest { get; }

    /// <summary>The slot of each place, −1 for one that only fills up.</summary>
    public int[] Places { get; }

    /// <summary>w of each vector.</summary>
    public IReadOnlyList<double[]> Weights => weights;

    /// <summary>β of each vector; 0 where no sparsity is defined.</summary>
    public double[] Betas { get; }

    /// <summary>
    /// The multiplier, for magnitudes of at most 1, from which on every vector has none but entries of least weight: then
    /// μβ(w_j − min w) ≥ 1 for all others, or μβw ≥ 1 where all weights are equal.
    /// </summary>
    public double LargestMultiplier => 1.001 * Enumerable.Range(0, Vectors).Max(i =>
    {
        if (Betas[i] == 0) return 0;
        var least = weights[i].Min();
        var gap = weights[i].Where(w => w > least).Select(w => w - least).Append(least > 0 ? least : double.PositiveInfinity).Min();
        return 1 / (Betas[i] * gap);
    });

    /// <summary>[rows, slots] → [rows, vectors, longest].</summary>
    public string Spread(GraphBuilder graph, string row)
    {
        var indices = graph.Constant(graph.FreshName(), [.. Places.Select(p => (long)Math.Max(p, 0))], Places.Length);
        var mask = graph.Constant(graph.FreshName(), [.. Places.Select(p => p < 0 ? 0.0 : 1.0)], 1, Places.Length);
        var filled = graph.Node("Mul", [graph.Node("Gather", [row, indices], Integer("axis", 1)), mask]);
        return graph.Node("Reshape", [filled, graph.Constant(graph.FreshName(), [-1L, Vectors, Longest], 3)]);
    }

    /// <summary>[rows, vectors, longest] → [rows, slots] for each column.</summary>
    public string[] Gather(GraphBuilder graph, string values)
    {
        var slots = Enumerable.Range(0, Places.Length).Where(i => Places[i] >= 0).Select(i => (long)i).ToArray();
        var flat = graph.Node("Reshape", [values, graph.Constant(graph.FreshName(), [-1L, Places.Length], 2)]);
        var start = 0;
        return [.. group.ColumnSizes.Select(size =>
        {
            var places = graph.Constant(graph.FreshName(), slots.AsSpan((start += size) - size, size), size);
            return graph.Node("Gather", [flat, places], Integer("axis", 1));
        })];
    }
}
