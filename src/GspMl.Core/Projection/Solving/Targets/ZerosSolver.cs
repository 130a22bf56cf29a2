using System.Numerics;

namespace GspMl.Projection.Solving;

/// <summary>
/// Solving for a fraction of zeros. Entry j leaves the support of vector i at the multiplier |c_j|/(β_i w_j); the last one of a vector
/// stays. So the solution is an order statistic: the smallest multiplier that leaves enough zeros, or the one before it where entries tie.
/// </summary>
internal sealed class ZerosSolver<T>(
    Group<T> group, FirstBracket<T> first, FocusedSearch<T> focused, Evaluation<T> evaluation,
    CollectingPass<T> collecting, BracketEntries<T> bracket, BracketSums<T> sums)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>So few candidates are sorted.</summary>
    private const int Sortable = 1 << 12;

    private readonly MultiplierSearch search = focused.Search;
    private readonly Breakpoints<T> breakpoints = new(group, bracket);

    public Solution Solve(double fraction, CancellationToken cancel)
    {
        var wanted = (long)Math.Ceiling(fraction * group.Division.Entries * (1 - 1e-15));
        if (!group.IsSmall && !group.HasWeights && wanted > 0) return SolveAtOnce(fraction, wanted, cancel);
        if (Zeros(0) >= wanted) return new(0, ProjectionEnding.Unchanged, 1);
        cancel.ThrowIfCancellationRequested();
        var last = breakpoints.Last();
        if (Zeros(last) < wanted) return new(last, ProjectionEnding.Unreachable, 2);
        var guess = group.IsSmall ? new(0, last, last / 2) : first.ForZeros(fraction, last);
        cancel.ThrowIfCancellationRequested();
        collecting.Run(guess.Low, guess.High);
        Narrow(wanted, guess, last, cancel);
        return Select(wanted);
    }

    /// <summary>
    /// Without weights the first pass over everything can be the one that collects: the largest entries that it finds tell what can be
    /// reached.
    /// </summary>
    private Solution SolveAtOnce(double fraction, long wanted, CancellationToken cancel)
    {
        var guess = first.ForZeros(fraction, double.PositiveInfinity);
        cancel.ThrowIfCancellationRequested();
        collecting.Run(guess.Low, guess.High);
        var last = breakpoints.Last();
        if (MostZeros() < wanted) return Uncollected(new(last, ProjectionEnding.Unreachable, 1));
        // More zeros than wanted where the bracket begins: it may be that nothing has to change.
        if (Zeros(guess.Low) >= wanted && (guess.Low == 0 || ZerosOfAll(0) >= wanted))
            return Uncollected(new(0, ProjectionEnding.Unchanged, 2));
        cancel.ThrowIfCancellationRequested();
        if (!bracket.IsFilled) collecting.Run(guess.Low, guess.High);
        Narrow(wanted, guess, last, cancel);
        return Select(wanted);
    }

    private Solution Uncollected(Solution solution)
    {
        bracket.IsFilled = false;
        return solution;
    }

    private long ZerosOfAll(double multiplier)
    {
        bracket.IsFilled = false;
        return Zeros(multiplier);
    }

    /// <summary>The zeros when each vector has come down to one entry.</summary>
    private long MostZeros()
    {
        var most = 0.0;
        foreach (ref readonly var section in group.Division.Sections)
        {
            for (var v = section.Vector; v < section.Vector + section.Count; v++) most += evaluation.ZerosOf(section, v, default);
        }
        return (long)most;
    }

    private long Zeros(double multiplier) => (long)evaluation.At(multiplier).Sum;

    /// <summary>Narrows the bracket until few entries are left in it, or only tied ones.</summary>
    private void Narrow(long wanted, Bracket guess, double last, CancellationToken cancel)
    {
        search.Restart(guess.Middle, tolerance: 0);
        search.Record(0, -wanted, 0);
        search.Record(last, 1, 0);
        var (previousAt, previousGap) = (0.0, (double)-wanted);
        for (var multiplier = Math.Max(guess.Low, guess.Middle / 2); ; multiplier = focused.Next)
        {
            cancel.ThrowIfCancellationRequested();
            focused.Focus(guess, multiplier);
            var gap = (double)(Zeros(multiplier) - wanted);
            search.Record(multiplier, gap, (gap - previousGap) / (multiplier - previousAt));
            (previousAt, previousGap) = (multiplier, gap);
            if (search.Low < bracket.Low || search.High > bracket.High)
            {
                if (!search.IsExhausted) continue;
                // The ends are neighbouring numbers, of which one was never collected.
                collecting.Run(search.Low, search.High);
                return;
            }
            sums.Shrink(search.Low, search.High);
            if (search.IsExhausted || bracket.CountAll() <= Sortable) return;
        }
    }

    private Solution Select(long wanted)
    {
        var count = breakpoints.Gather();
        var (below, at, evaluations) = (-1, count - 1, search.Evaluations);
        // Each breakpoint is one zero more, but for vectors that have come down to one entry: so this and its neighbour are nearly always
        // enough.
        var (guess, reached) = ((int)Math.Clamp(wanted - Zeros(search.Low) - 1, 0, Math.Max(0, count - 1)), false);
        for (var probe = 0; at - below > 1; probe++)
        {
            var middle = Math.Clamp(probe switch { 0 => guess, 1 => reached ? at - 1 : below + 1, _ => (below + at) / 2 }, below + 1,
                at - 1);
            evaluations++;
            reached = Zeros(Reached(middle)) >= wanted;
            if (reached) for (at = middle; at - 1 > below && breakpoints[at - 1] == breakpoints[at]; at--) { }
            else for (below = middle; below + 1 < at && breakpoints[below + 1] == breakpoints[below]; below++) { }
        }
        var multiplier = at < 0 ? search.High : Reached(at);
        if (Zeros(multiplier) == wanted) return new(multiplier, ProjectionEnding.Met, evaluations);
        var missing = wanted - Zeros(below < 0 ? search.Low : Breakpoints<T>.Above(breakpoints[below]));
        var before = below < 0 ? breakpoints.Under(search.Low) : Breakpoints<T>.Above(breakpoints[below]);
        return new(multiplier, ProjectionEnding.MetAtTie, evaluations) { Below = before, DroppedTies = missing };
    }

    /// <summary>A multiplier that the entry of a breakpoint has left by.</summary>
    private double Reached(int index) => Math.Min(search.High, Breakpoints<T>.Above(breakpoints[index]));
}
