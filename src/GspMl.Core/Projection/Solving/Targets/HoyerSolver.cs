using System.Numerics;

namespace GspMl.Projection.Solving;

/// <summary>Solving for an average Hoyer sparsity.</summary>
internal sealed class HoyerSolver<T>(
    Group<T> group, FirstBracket<T> first, FocusedSearch<T> focused, Evaluation<T> evaluation, JumpSolver<T> jump)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Newton steps after the tolerance is met, unless it is met by far: each squares what error is left.</summary>
    private const int Polish = 1;

    private readonly VectorTable table = group.Table;
    private readonly MultiplierSearch search = focused.Search;
    private readonly double tolerance = group.Options.Tolerance ?? ProjectionOptions.DefaultTolerance<T>();

    public Solution Solve(double target, CancellationToken cancel)
    {
        var whole = group.IsSmall || target == 1;
        var guess = whole ? Bracket.All : first.ForHoyer(target);
        search.Restart(whole ? HighestEvent() : guess.Middle > 0 ? guess.Middle : guess.High, target == 1 ? 0 : tolerance);
        var met = 0;
        for (var multiplier = guess.Low == 0 ? 0 : guess.Middle; ;)
        {
            cancel.ThrowIfCancellationRequested();
            if (!whole) focused.Focus(guess, multiplier);
            var gap = GapAt(multiplier, target, out var slope);
            if (multiplier == 0 && gap >= (target == 1 ? 0 : -tolerance)) return new(0, ProjectionEnding.Unchanged, search.Evaluations + 1);
            search.Record(multiplier, gap, slope);
            if (search.Ending == ProjectionEnding.Met && target < 1) met++;
            if (met > 0 && (met > Polish || Math.Abs(gap) < 1e-3 * tolerance || search.IsExhausted)) return Met(multiplier);
            if (target == 1 && gap > -1e-14) return Met(multiplier);
            if (search.IsExhausted) return jump.Fill(target, search, cancel);
            SuggestEvent(target);
            multiplier = focused.Next;
        }
    }

    private Solution Met(double multiplier) => new(multiplier, ProjectionEnding.Met, search.Evaluations);

    private double GapAt(double multiplier, double target, out double slope)
    {
        (var sum, slope) = evaluation.At(multiplier);
        var counted = group.Counted;
        if (counted == 0) return 0; // no vector has a sparsity: any target is met
        slope /= counted;
        return sum / counted - target;
    }

    private void SuggestEvent(double target)
    {
        if (target == 1 && double.IsPositiveInfinity(search.High)) search.Suggest(Math.Max(2 * search.Low, HighestEvent()));
        else if (search.IsBisecting) search.Suggest(EventNear());
    }

    /// <summary>The multiplier at which the last plain vector comes down to its largest entries: a bound, but for weights.</summary>
    private double HighestEvent()
    {
        var highest = 0.0;
        for (var v = 0; v < group.Division.Vectors; v++)
        {
            if (table.EventOf(v) is var at && at > highest && double.IsFinite(at)) highest = at;
        }
        return highest == 0 ? 1 : highest;
    }

    /// <summary>
    /// Where a plain vector comes down to its largest entries its sparsity jumps if they tie. Of those multipliers within the ends the one
    /// nearest to where bisection would go, or just before it when it has been tried: so a jump is pinned down in a few steps.
    /// </summary>
    private double EventNear()
    {
        var (low, high, next) = (search.Low, search.High, search.Next);
        var (best, distance) = (double.NaN, double.PositiveInfinity);
        foreach (ref readonly var section in group.Division.Sections)
        {
            if (section.Weighted || !section.Defined) continue;
            for (var v = section.Vector; v < section.Vector + section.Count; v++)
            {
                var at = table.EventOf(v);
                if (!(at > low && at <= high)) continue;
                var tried = at >= high * (1 - 1e-15) ? at * (1 - 1e-15) : at;
                if (Math.Abs(tried - next) < distance) (best, distance) = (tried, Math.Abs(tried - next));
            }
        }
        return best;
    }
}
