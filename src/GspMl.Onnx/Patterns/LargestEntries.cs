namespace GspMl.Onnx.Patterns;

/// <summary>The largest of many scores, without sorting them. Two passes over the scores and no more.</summary>
internal static class LargestEntries
{
    private const int Bins = 1 << 16;

    /// <summary>
    /// Marks the <paramref name="keep"/> largest scores; of equal ones those that stand first.
    /// </summary>
    /// <param name="scores">Not negative, and no NaN.</param>
    /// <param name="keep">How many; no more than there are.</param>
    /// <param name="kept">True where a score is one of them.</param>
    public static void Mark(ReadOnlySpan<float> scores, long keep, Span<bool> kept)
    {
        if (keep >= scores.Length) { kept.Fill(true); return; }
        if (keep <= 0) { kept.Clear(); return; }
        var (threshold, equal) = Threshold(scores, keep);
        for (var i = 0; i < scores.Length; i++) kept[i] = scores[i] > threshold || (scores[i] == threshold && equal-- > 0);
    }

    /// <summary>The least score that is kept, and how many scores equal to it are.</summary>
    private static (float Threshold, long Equal) Threshold(ReadOnlySpan<float> scores, long keep)
    {
        // Floats that are not negative are in the order of their bits.
        var counts = new long[Bins];
        foreach (var score in scores) counts[BitConverter.SingleToUInt32Bits(score) >> 16]++;
        var high = Descend(counts, ref keep);
        counts.AsSpan().Clear();
        foreach (var score in scores)
        {
            var bits = BitConverter.SingleToUInt32Bits(score);
            if (bits >> 16 == high) counts[bits & (Bins - 1)]++;
        }
        var low = Descend(counts, ref keep);
        return (BitConverter.UInt32BitsToSingle((high << 16) | low), keep);
    }

    /// <summary>The bin in which the last of <paramref name="keep"/> largest lies, and how many of it are taken.</summary>
    private static uint Descend(long[] counts, ref long keep)
    {
        var bin = counts.Length - 1;
        while (counts[bin] < keep) keep -= counts[bin--];
        return (uint)bin;
    }
}
