using System.Numerics;

namespace GspMl.Projection.Solving;

/// <summary>
/// The search for the multiplier, and what it looks at: the entries within a bracket that follows it, with as few passes over everything as
/// can be.
/// </summary>
internal sealed class FocusedSearch<T>(CollectingPass<T> collecting, BracketEntries<T> bracket, BracketSums<T> sums)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Entries of a vector's part, on average, from which on looking at fewer of them is worth the narrowing, which takes as long as two
    /// evaluations. Under it an evaluation's time goes into what each vector needs, however few entries it has.
    /// </summary>
    private const int WorthNarrowing = 64;

    /// <summary>The search itself.</summary>
    public MultiplierSearch Search { get; } = new(1);

    /// <summary>The multiplier to try next; before the search leaves what has been collected, it looks at the end.</summary>
    public double Next
    {
        get
        {
            var next = Search.Next;
            if (!bracket.IsFilled) return next;
            if (next < bracket.Low && Search.Low < bracket.Low && Search.High > bracket.Low) return bracket.Low;
            return next > bracket.High && Search.High > bracket.High && Search.Low < bracket.High ? bracket.High : next;
        }
    }

    /// <summary>Sees to it that the multiplier to be tried lies within what has been collected.</summary>
    public void Focus(Bracket first, double multiplier)
    {
        var (low, high) = (bracket.Low, bracket.High);
        var (within, over) = (Math.Max(Search.Low, low), Math.Min(Search.High, high));
        if (!bracket.IsFilled)
        {
            if (multiplier > 0) collecting.Run(first.Low, first.High);
        }
        else if (multiplier < low) collecting.Run(Math.Max(Search.Low, 2 * multiplier - low), low);
        else if (multiplier > high) collecting.Run(high, Math.Min(Search.High, 2 * multiplier - high));
        else if (over - within < 0.2 * (high - low) && bracket.CountAll() > WorthNarrowing * bracket.Parts) sums.Shrink(within, over);
    }
}
