using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>What weights and norms make of a multiplier: the thresholds' rates.</summary>
internal sealed unsafe class VectorShapes<T>(Group<T> group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Division<T> division = group.Division;
    private readonly VectorTable table = group.Table;
    private readonly RowAccess<T> rows = group.Rows;
    private readonly bool unitNorm = group.Options.UnitNorm;
    private readonly PinnedArray<double> norms = new(), largest = new(), squares = new(), least = new();

    /// <summary>What multipliers are multiplied with while they are sought: 1 unless the data is near the ends of double.</summary>
    public double Unit { get; set; } = 1;

    /// <summary>Makes room and settles what needs no look at the data.</summary>
    public void Prepare()
    {
        norms.Reserve(division.Slots);
        largest.Reserve(division.Slots);
        squares.Reserve(division.Slots);
        least.Reserve(division.Slots);
        Unit = 1;
        var shared = (Source: -1, Scale: 1.0, Norm: 0.0, Beta: 0.0);
        foreach (ref readonly var section in division.Sections)
        {
            if (!section.OwnWeights && shared.Source != section.Source) shared = Shared(section);
            for (var v = section.Vector; v < section.Vector + section.Count; v++)
            {
                (table.Largest[v], table.Scale[v], table.WeightScale[v]) = (double.NaN, 1, section.OwnWeights ? 1 : shared.Scale);
                (table.WeightNorm[v], table.Beta[v], table.Rate[v]) = (shared.Norm, shared.Beta, shared.Beta);
            }
        }
    }

    private (int Source, double Scale, double Norm, double Beta) Shared(in Section section)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var n = section.Length;
        if (source.Weights == null) return (section.Source, 1, Math.Sqrt(n), HoyerScale.Beta(n));
        var most = LargestMagnitude.Of(source.Weights, n);
        if (!double.IsFinite(most)) throw InvalidWeight(section, 0);
        var scale = PowerOfTwo.ToRange(most);
        var sums = WeightSums.Of(source.Weights, n, scale);
        if (sums.Least < 0) throw InvalidWeight(section, 0);
        if (n > 0 && most == 0) throw InvalidNumbers.AllWeightsZero(section.Vector);
        return (section.Source, scale, Math.Sqrt(sums.Squares), HoyerScale.Beta(Math.Sqrt(sums.Squares), sums.Least));
    }

    /// <summary>What the first look could not know: sums of weights that need a scale, and norms where they are asked for.</summary>
    public void ShapeChunk(int index, int worker)
    {
        ref readonly var chunk = ref division.Chunks[index];
        ref readonly var section = ref division.Sections[chunk.Section];
        if (HasScaledWeights(section)) SumWeights(section, chunk, worker);
        if (unitNorm) SumSquares(section, chunk, worker);
    }

    public void SumWeights(in Section section, in Chunk chunk, int worker)
    {
        var whole = section.Panel && typeof(T) == typeof(float) ? ColumnSweep.Whole<T>(section.Count) : 0;
        if (whole > 0)
        {
            var columns = rows.Columns(section, chunk);
            var floats = new ColumnRows<float>(null, (float*)columns.Weights, 0, columns.WeightStride, columns.Rows, columns.Columns);
            ColumnWeights.Of(floats, whole, squares.Pointer + chunk.Slot, least.Pointer + chunk.Slot, largest.Pointer + chunk.Slot);
        }
        for (var k = whole; k < section.Count; k++)
        {
            var (row, slot) = (whole > 0 ? rows.Alone(section, k, chunk, worker) : rows.Part(section, k, chunk, worker), chunk.Slot + k);
            var sums = WeightSums.Of(row.Weights, row.Length, row.WeightScale);
            (squares[slot], least[slot], largest[slot]) = (sums.Squares, sums.Least, sums.Largest);
        }
    }

    private void SumSquares(in Section section, in Chunk chunk, int worker)
    {
        for (var k = 0; k < section.Count; k++)
            norms[chunk.Slot + k] = ThresholdSums.Of<T, Plain>(rows.Part(section, k, chunk, worker), 0).Q;
    }

    public void SetWeightScales(in Section section)
    {
        for (var k = 0; section.OwnWeights && k < section.Count; k++)
            table.WeightScale[section.Vector + k] = PowerOfTwo.ToRange(division.LargestOverParts(section, k, largest));
    }

    public bool HasScaledWeights(in Section section)
    {
        var scaled = false;
        for (var v = section.Vector; section.OwnWeights && v < section.Vector + section.Count; v++) scaled |= table.WeightScale[v] != 1;
        return scaled;
    }

    public void SetShapes(in Section section)
    {
        // A float needs no scale, so that the rates of plain vectors were right from the beginning.
        if (!section.OwnWeights && !unitNorm && typeof(T) == typeof(float)) return;
        for (var k = 0; k < section.Count; k++) SetShape(section, k);
    }

    private void SetShape(in Section section, int k)
    {
        var (v, weights, norm) = (section.Vector + k, WeightSums.None, 0.0);
        for (var part = 0; part < section.Parts; part++)
        {
            var slot = division.Chunks[section.FirstChunk + part].Slot + k;
            if (section.OwnWeights) weights += new WeightSums(squares[slot], least[slot], largest[slot]);
            if (unitNorm) norm += norms[slot];
        }
        if (section.OwnWeights)
        {
            table.WeightNorm[v] = Math.Sqrt(weights.Squares);
            table.Beta[v] = HoyerScale.Beta(table.WeightNorm[v], weights.Least);
        }
        table.Rate[v] = RateOf(v, Math.Sqrt(norm));
    }

    /// <summary>Takes another unit for multipliers, before anything but shared weights is known.</summary>
    public void ChangeUnit(double unit)
    {
        Unit = unit;
        for (var v = 0; v < division.Vectors; v++) table.Rate[v] = RateOf(v, norm: 0);
    }

    /// <summary>β in the units of the scaled magnitudes: bounded, so that no threshold overflows.</summary>
    private double RateOf(int v, double norm) => Math.Min(1e200, table.Beta[v] * (unitNorm ? norm : table.Scale[v] / Unit));

    /// <summary>Refuses weights that are not finite, or all 0.</summary>
    public void CheckOwnWeights(in Section section, int k)
    {
        var most = division.LargestOverParts(section, k, largest);
        if (!double.IsFinite(most)) throw InvalidWeight(section, k);
        if (most == 0) throw InvalidNumbers.AllWeightsZero(section.Vector + k);
    }

    /// <summary>Settles all shapes in the unit that the numbers ask for, and refuses negative weights.</summary>
    /// <param name="unit">What multipliers are multiplied with.</param>
    public void Finish(double unit)
    {
        var same = unit == Unit;
        Unit = unit;
        foreach (ref readonly var section in division.Sections)
        {
            // Plain vectors in one piece were settled when they had been read.
            if (same && section.Parts == 1 && !section.OwnWeights && !unitNorm) continue;
            for (var k = 0; k < section.Count; k++)
            {
                if (section.OwnWeights && LeastOwnWeight(section, k) < 0) throw InvalidWeight(section, k);
                SetShape(section, k);
            }
        }
    }

    private double LeastOwnWeight(in Section section, int k)
    {
        var of = double.PositiveInfinity;
        for (var part = 0; part < section.Parts; part++) of = Math.Min(of, least[division.Chunks[section.FirstChunk + part].Slot + k]);
        return of;
    }

    private ArgumentException InvalidWeight(in Section section, int k) =>
        InvalidNumbers.Weight(rows.Whole(section, k, worker: 0), section.Vector + k);
}
