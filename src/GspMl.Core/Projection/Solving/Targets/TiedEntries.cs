using System.Numerics;

namespace GspMl.Projection.Solving;

/// <summary>Finding the entries that tie between two multipliers which nothing separates.</summary>
internal sealed unsafe class TiedEntries<T>(Group<T> group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Excesses within this part of the threshold are taken as equal.</summary>
    private const double Tolerance = 2e-15;

    private readonly VectorTable table = group.Table;

    /// <summary>Those of one vector, if there are several.</summary>
    public Tie? Of(in Section section, int k, double below, double at, int worker)
    {
        var v = section.Vector + k;
        if (table.Largest[v] == 0 || !OneHot.IsReached(table.Current[v])) return null;
        var row = group.Rows.Whole(section, k, worker);
        var (low, high) = (table.Threshold(v, below) * (1 - Tolerance), table.Threshold(v, at));
        var (count, squares, least, leastAt) = (0, 0.0, double.PositiveInfinity, -1);
        for (var j = 0; j < row.Length; j++)
        {
            if (row.Excess(j, high) > 0) return null;
            if (row.Values[j] == T.Zero || row.Excess(j, low) <= 0) continue;
            var weight = row.Weight(j);
            (count, squares) = (count + 1, squares + weight * weight);
            if (weight < least) (least, leastAt) = (weight, j);
        }
        return count > 1 ? new(low, Math.Sqrt(squares), least, leastAt) : null;
    }
}
