using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>The multipliers |c_j|/(β_i w_j) at which entries leave the support.</summary>
internal sealed class Breakpoints<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Group<T> group;
    private readonly VectorTable table;
    private readonly BracketEntries<T> bracket;
    private readonly Action<int, int> lastUnder;
    private readonly PinnedArray<double> gathered = new(), lasts = new();
    private double limit;

    public Breakpoints(Group<T> group, BracketEntries<T> bracket) =>
        (this.group, this.bracket, table, lastUnder) = (group, bracket, group.Table, LastUnder);

    /// <summary>One of those gathered, in rising order.</summary>
    public double this[int index] => gathered[index];

    /// <summary>A multiplier surely over the breakpoint, whatever the rounding of the products it goes into.</summary>
    public static double Above(double breakpoint) => breakpoint * (1 + 1e-15);

    /// <summary>Gathers and sorts those of the entries within the bracket.</summary>
    /// <returns>How many they are.</returns>
    public int Gather()
    {
        gathered.Reserve((int)bracket.CountAll());
        var count = 0;
        foreach (ref readonly var section in group.Division.Sections)
        {
            for (var k = 0; k < section.Count; k++)
            {
                var rate = table.Rate[section.Vector + k];
                for (var part = 0; part < section.Parts; part++)
                {
                    var within = bracket.Within(section, k, part, out var slot);
                    var found = bracket.CountOf(slot);
                    for (var j = 0; j < found; j++) gathered[count++] = within.Magnitude(j) / (within.Weight(j) * rate);
                }
            }
        }
        gathered.Span(count).Sort();
        return count;
    }

    /// <summary>A multiplier that every entry with a weight has left by.</summary>
    public double Last()
    {
        var last = 0.0;
        foreach (ref readonly var section in group.Division.Sections)
        {
            for (var k = 0; section.Defined && k < section.Count; k++)
            {
                var v = section.Vector + k;
                if (table.Largest[v] > 0) last = Math.Max(last, section.Weighted ? LastOf(section, k) : table.EventOf(v));
            }
        }
        return last;
    }

    private double LastOf(in Section section, int k)
    {
        var (row, rate, last) = (group.Rows.Whole(section, k, worker: 0), table.Rate[section.Vector + k], 0.0);
        for (var j = 0; j < row.Length; j++)
        {
            if (row.Weight(j) > 0) last = Math.Max(last, Above(row.Magnitude(j) / (row.Weight(j) * rate)));
        }
        return last;
    }

    /// <summary>The last breakpoint up to a multiplier; 0 if there is none.</summary>
    public double Under(double multiplier)
    {
        limit = multiplier;
        lasts.Reserve(group.Division.Sections.Length);
        group.OverSections(lastUnder);
        var last = 0.0;
        foreach (var of in lasts.Span(group.Division.Sections.Length)) last = Math.Max(last, of);
        return last == 0 ? 0 : Math.Min(multiplier, Above(last));
    }

    private void LastUnder(int index, int worker)
    {
        ref readonly var section = ref group.Division.Sections[index];
        var last = 0.0;
        for (var k = 0; section.Defined && k < section.Count; k++)
        {
            var v = section.Vector + k;
            var (row, tau) = (group.Rows.Whole(section, k, worker), table.Threshold(v, limit));
            for (var j = 0; j < row.Length; j++)
            {
                if (row.Weight(j) > 0 && row.Excess(j, tau) <= 0) last = Math.Max(last, row.Magnitude(j) / (row.Weight(j) * table.Rate[v]));
            }
        }
        lasts[index] = last;
    }
}
