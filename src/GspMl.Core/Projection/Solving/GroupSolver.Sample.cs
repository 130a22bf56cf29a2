namespace GspMl.Projection;

/// <summary>A first bracket from a few of the entries. It need not be right: what is collected within it is exact, and the search notices when it leaves it.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private readonly GroupSample<T> sample = new();

    private Bracket SampleBracket(double target)
    {
        DrawSample();
        return sample.ForHoyer(target);
    }

    private Bracket SampleZeros(double fraction, double last)
    {
        DrawSample();
        return sample.ForZeros(fraction, last);
    }

    private void DrawSample()
    {
        sample.Draw(division, table, options.UnitNorm, scanned, unit, Force);
        entriesRead += sample.Entries;
        if (scanned || sample.Unit == unit) return;
        unit = sample.Unit;
        for (var v = 0; v < division.Vectors; v++) table.Rate[v] = RateOf(table.Beta[v], table.Scale[v], norm: 0);
    }
}
