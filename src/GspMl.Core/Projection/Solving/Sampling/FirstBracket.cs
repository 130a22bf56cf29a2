using System.Numerics;

namespace GspMl.Projection.Solving;

/// <summary>
/// A first bracket from a few of the entries. It need not be right: what is collected within it is exact, and the search notices when it
/// leaves it.
/// </summary>
internal sealed class FirstBracket<T>(Group<T> group, GroupScan<T> scan, VectorShapes<T> shapes)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly GroupSample<T> sample = new();

    /// <summary>For an average Hoyer sparsity.</summary>
    public Bracket ForHoyer(double target)
    {
        Draw();
        return sample.ForHoyer(target);
    }

    /// <summary>For a fraction of zeros; no entry is left beyond <paramref name="last"/>, which is infinite if it is not known.</summary>
    public Bracket ForZeros(double fraction, double last)
    {
        Draw();
        return sample.ForZeros(fraction, last);
    }

    private void Draw()
    {
        sample.Draw(group.Division, group.Rows, group.Table, group.Options.UnitNorm, scan.IsComplete, shapes.Unit, group.Force);
        group.EntriesRead += sample.Entries;
        if (!scan.IsComplete && sample.Unit != shapes.Unit) shapes.ChangeUnit(sample.Unit);
    }
}
