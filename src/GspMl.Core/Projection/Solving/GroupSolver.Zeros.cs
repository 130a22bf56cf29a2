namespace GspMl.Projection;

/// <summary>
/// Solving for a fraction of zeros. Entry j leaves the support of vector i at the multiplier |c_j|/(β_i w_j); the last one of a vector stays.
/// So the solution is an order statistic: the smallest multiplier that leaves enough zeros, or the one before it where entries tie.
/// </summary>
internal sealed unsafe partial class GroupSolver<T>
{
    /// <summary>So few candidates are sorted.</summary>
    private const int Sortable = 1 << 12;

    private readonly Action<int, int> lastUnder;
    private readonly PinnedArray<double> breakpoints = new();

    private Solution SolveZeros(double fraction, CancellationToken cancel)
    {
        var wanted = (long)Math.Ceiling(fraction * division.Entries * (1 - 1e-15));
        if (!IsSmall && !HasWeights && wanted > 0) return SolveZerosAtOnce(fraction, wanted, cancel);
        if (Zeros(0) >= wanted) return new(0, ProjectionEnding.Unchanged, 1);
        cancel.ThrowIfCancellationRequested();
        var last = LastBreakpoint();
        if (Zeros(last) < wanted) return new(last, ProjectionEnding.Unreachable, 2);
        var bracket = IsSmall ? new(0, last, last / 2) : SampleZeros(fraction, last);
        cancel.ThrowIfCancellationRequested();
        Collect(bracket.Low, bracket.High);
        NarrowZeros(wanted, bracket, last, cancel);
        return SelectBreakpoint(wanted);
    }

    /// <summary>Without weights the first pass over everything can be the one that collects: the largest entries that it finds tell what can be reached.</summary>
    private Solution SolveZerosAtOnce(double fraction, long wanted, CancellationToken cancel)
    {
        var bracket = SampleZeros(fraction, double.PositiveInfinity);
        cancel.ThrowIfCancellationRequested();
        Collect(bracket.Low, bracket.High);
        var last = LastBreakpoint();
        if (MostZeros() < wanted) return Uncollected(new(last, ProjectionEnding.Unreachable, 1));
        // More zeros than wanted where the bracket begins: it may be that nothing has to change.
        if (Zeros(bracket.Low) >= wanted && (bracket.Low == 0 || ZerosOfAll(0) >= wanted)) return Uncollected(new(0, ProjectionEnding.Unchanged, 2));
        cancel.ThrowIfCancellationRequested();
        if (!collected) Collect(bracket.Low, bracket.High);
        NarrowZeros(wanted, bracket, last, cancel);
        return SelectBreakpoint(wanted);
    }

    private Solution Uncollected(Solution solution)
    {
        collected = false;
        return solution;
    }

    private long ZerosOfAll(double multiplier)
    {
        collected = false;
        return Zeros(multiplier);
    }

    /// <summary>The zeros when each vector has come down to one entry.</summary>
    private long MostZeros()
    {
        var most = 0.0;
        foreach (ref readonly var section in division.Sections)
        {
            for (var v = section.Vector; v < section.Vector + section.Count; v++) most += ZerosOf(section, v, default);
        }
        return (long)most;
    }

    private long Zeros(double multiplier) => (long)Evaluate(multiplier).Sum;

    /// <summary>A multiplier that every entry with a weight has left by.</summary>
    private double LastBreakpoint()
    {
        var last = 0.0;
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; section.Defined && k < section.Count; k++)
            {
                var v = section.Vector + k;
                if (table.Largest[v] > 0) last = Math.Max(last, section.Weighted ? LastBreakpoint(section, k) : EventOf(v));
            }
        }
        return last;
    }

    private double LastBreakpoint(in Section section, int k)
    {
        var (row, last) = (WholeRow(section, k, worker: 0), 0.0);
        for (var j = 0; j < row.Length; j++)
        {
            if (row.Weight(j) > 0) last = Math.Max(last, Above(row.Magnitude(j) / (row.Weight(j) * table.Rate[section.Vector + k])));
        }
        return last;
    }

    /// <summary>Narrows the bracket until few entries are left in it, or only tied ones.</summary>
    private void NarrowZeros(long wanted, Bracket bracket, double last, CancellationToken cancel)
    {
        search.Restart(bracket.Middle, tolerance: 0);
        search.Record(0, -wanted, 0);
        search.Record(last, 1, 0);
        var (previousAt, previousGap) = (0.0, (double)-wanted);
        for (var multiplier = Math.Max(bracket.Low, bracket.Middle / 2); ; multiplier = Within())
        {
            cancel.ThrowIfCancellationRequested();
            Focus(bracket, multiplier);
            var gap = (double)(Zeros(multiplier) - wanted);
            search.Record(multiplier, gap, (gap - previousGap) / (multiplier - previousAt));
            (previousAt, previousGap) = (multiplier, gap);
            if (search.Low < low || search.High > high)
            {
                if (!search.IsExhausted) continue;
                // The ends are neighbouring numbers, of which one was never collected.
                Collect(search.Low, search.High);
                return;
            }
            Shrink(search.Low, search.High);
            if (search.IsExhausted || CandidatesLeft() <= Sortable) return;
        }
    }

    private Solution SelectBreakpoint(long wanted)
    {
        var count = GatherBreakpoints();
        var (below, at, evaluations) = (-1, count - 1, search.Evaluations);
        // Each breakpoint is one zero more, but for vectors that have come down to one entry: so this and its neighbour are nearly always enough.
        var (guess, reached) = ((int)Math.Clamp(wanted - Zeros(search.Low) - 1, 0, Math.Max(0, count - 1)), false);
        for (var probe = 0; at - below > 1; probe++)
        {
            var middle = Math.Clamp(probe switch { 0 => guess, 1 => reached ? at - 1 : below + 1, _ => (below + at) / 2 }, below + 1, at - 1);
            evaluations++;
            reached = Zeros(Math.Min(search.High, Above(breakpoints[middle]))) >= wanted;
            if (reached) for (at = middle; at - 1 > below && breakpoints[at - 1] == breakpoints[at]; at--) { }
            else for (below = middle; below + 1 < at && breakpoints[below + 1] == breakpoints[below]; below++) { }
        }
        var multiplier = at < 0 ? search.High : Math.Min(search.High, Above(breakpoints[at]));
        if (Zeros(multiplier) == wanted) return new(multiplier, ProjectionEnding.Met, evaluations);
        var missing = wanted - Zeros(below < 0 ? search.Low : Above(breakpoints[below]));
        var before = below < 0 ? BreakpointUnder(search.Low) : Above(breakpoints[below]);
        return new(multiplier, ProjectionEnding.MetAtTie, evaluations) { Below = before, DroppedTies = missing };
    }

    /// <summary>The last breakpoint up to a multiplier; 0 if there is none.</summary>
    private double BreakpointUnder(double multiplier)
    {
        evaluated = multiplier;
        OverSections(lastUnder);
        var last = 0.0;
        foreach (var of in sectionSums.Span(division.Sections.Length)) last = Math.Max(last, of);
        return last == 0 ? 0 : Math.Min(multiplier, Above(last));
    }

    private void LastUnder(int index, int worker)
    {
        ref readonly var section = ref division.Sections[index];
        var last = 0.0;
        for (var k = 0; section.Defined && k < section.Count; k++)
        {
            var v = section.Vector + k;
            var (row, tau) = (WholeRow(section, k, worker), Threshold(v, evaluated));
            for (var j = 0; j < row.Length; j++)
            {
                if (row.Weight(j) > 0 && row.Excess(j, tau) <= 0) last = Math.Max(last, row.Magnitude(j) / (row.Weight(j) * table.Rate[v]));
            }
        }
        sectionSums[index] = last;
    }

    private int GatherBreakpoints()
    {
        breakpoints.Reserve((int)CandidatesLeft());
        var count = 0;
        foreach (ref readonly var section in division.Sections)
        {
            for (var k = 0; k < section.Count; k++)
            {
                for (var part = 0; part < section.Parts; part++)
                {
                    var within = Within(section, k, part, out var slot);
                    for (var j = 0; j < slotCounts[slot]; j++) breakpoints[count++] = within.Magnitude(j) / (within.Weight(j) * table.Rate[section.Vector + k]);
                }
            }
        }
        breakpoints.Span(count).Sort();
        return count;
    }

    /// <summary>A multiplier surely over the breakpoint, whatever the rounding of the products it goes into.</summary>
    private static double Above(double breakpoint) => breakpoint * (1 + 1e-15);
}
