namespace GspMl.Projection;

/// <summary>Solving for an average Hoyer sparsity.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    /// <summary>Newton steps after the tolerance is met, unless it is met by far: each squares what error is left.</summary>
    private const int Polish = 1;

    private readonly MultiplierSearch search = new(1);

    private Solution SolveHoyer(double target, CancellationToken cancel)
    {
        var whole = IsSmall || target == 1;
        var bracket = whole ? Bracket.All : SampleBracket(target);
        search.Restart(whole ? HighestEvent() : bracket.Middle > 0 ? bracket.Middle : bracket.High, target == 1 ? 0 : Tolerance);
        var met = 0;
        for (var multiplier = bracket.Low == 0 ? 0 : bracket.Middle; ;)
        {
            cancel.ThrowIfCancellationRequested();
            if (!whole) Focus(bracket, multiplier);
            var gap = GapAt(multiplier, target, out var slope);
            if (multiplier == 0 && gap >= (target == 1 ? 0 : -Tolerance)) return new(0, ProjectionEnding.Unchanged, search.Evaluations + 1);
            search.Record(multiplier, gap, slope);
            if (search.Ending == ProjectionEnding.Met && target < 1) met++;
            if (met > 0 && (met > Polish || Math.Abs(gap) < 1e-3 * Tolerance || search.IsExhausted)) return Met(multiplier);
            if (target == 1 && gap > -1e-14) return Met(multiplier);
            if (search.IsExhausted) return AtJump(target, cancel);
            if (target == 1 && double.IsPositiveInfinity(search.High)) search.Suggest(Math.Max(2 * search.Low, HighestEvent()));
            else if (search.IsBisecting) search.Suggest(EventNear());
            multiplier = Within();
        }
    }

    private Solution Met(double multiplier) => new(multiplier, ProjectionEnding.Met, search.Evaluations);

    private double GapAt(double multiplier, double target, out double slope)
    {
        (var sum, slope) = Evaluate(multiplier);
        var counted = Count().Vectors;
        if (counted == 0) return 0; // no vector has a sparsity: any target is met
        slope /= counted;
        return sum / counted - target;
    }

    /// <summary>Sees to it that the multiplier to be tried lies within what has been collected, with as few passes over everything as can be.</summary>
    private void Focus(Bracket bracket, double multiplier)
    {
        if (!collected)
        {
            if (multiplier > 0) Collect(bracket.Low, bracket.High);
        }
        else if (multiplier < low) Collect(Math.Max(search.Low, 2 * multiplier - low), low);
        else if (multiplier > high) Collect(high, Math.Min(search.High, 2 * multiplier - high));
        else if (Math.Min(search.High, high) - Math.Max(search.Low, low) < 0.5 * (high - low)) Shrink(Math.Max(search.Low, low), Math.Min(search.High, high));
    }

    /// <summary>The multiplier to try next; before the search leaves what has been collected, it looks at the end.</summary>
    private double Within()
    {
        if (!collected) return search.Next;
        if (search.Next < low && search.Low < low && search.High > low) return low;
        return search.Next > high && search.High > high && search.Low < high ? high : search.Next;
    }

    /// <summary>The multiplier at which the last plain vector comes down to its largest entries: a bound, but for weights.</summary>
    private double HighestEvent()
    {
        var highest = 0.0;
        for (var v = 0; v < division.Vectors; v++)
        {
            if (EventOf(v) is var at && at > highest && double.IsFinite(at)) highest = at;
        }
        return highest == 0 ? 1 : highest;
    }

    /// <summary>
    /// Where a plain vector comes down to its largest entries its sparsity jumps if they tie. Of those multipliers within the ends the one
    /// nearest to where bisection would go, or just before it when it has been tried: so a jump is pinned down in a few steps.
    /// </summary>
    private double EventNear()
    {
        var (best, distance) = (double.NaN, double.PositiveInfinity);
        foreach (ref readonly var section in division.Sections)
        {
            if (section.Weighted || !section.Defined) continue;
            for (var v = section.Vector; v < section.Vector + section.Count; v++)
            {
                var at = EventOf(v);
                if (!(at > search.Low && at <= search.High)) continue;
                var tried = at >= search.High * (1 - 1e-15) ? at * (1 - 1e-15) : at;
                if (Math.Abs(tried - search.Next) < distance) (best, distance) = (tried, Math.Abs(tried - search.Next));
            }
        }
        return best;
    }

    private double EventOf(int v) => table.Largest[v] * table.Scale[v] / table.Rate[v] * (1 + 4e-16);
}
