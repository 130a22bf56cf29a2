namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Which inputs the filters of a layer keep when some go: the others, but for weights that were zero before.</summary>
internal static class KeptInputs
{
    /// <summary>
    /// One array for each filter; filters that keep all the inputs that are left share theirs, and are then fitted by one factor.
    /// </summary>
    /// <param name="left">The inputs that are left, ascending.</param>
    /// <param name="filters">How many filters there are.</param>
    /// <param name="weights">From filter to its weights, one for each input.</param>
    /// <param name="isGone">Whether a filter goes itself.</param>
    public static IReadOnlyList<int[]> Of(int[] left, int filters, Func<int, ReadOnlyMemory<double>> weights, Func<int, bool> isGone)
        => [.. Enumerable.Range(0, filters).Select(r => isGone(r) ? [] : NonZero(left, weights(r).Span))];

    // Zeros of a model that was pruned before stay zeros.
    private static int[] NonZero(int[] left, ReadOnlySpan<double> filter)
    {
        var count = 0;
        foreach (var j in left)
            if (filter[j] != 0) count++;
        if (count == left.Length) return left;
        var (kept, next) = (new int[count], 0);
        foreach (var j in left)
            if (filter[j] != 0) kept[next++] = j;
        return kept;
    }
}
