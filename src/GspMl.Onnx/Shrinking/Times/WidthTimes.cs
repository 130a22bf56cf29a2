namespace GspMl.Onnx.Shrinking.Times;

/// <summary>
/// What a chain of layers takes at the widths that were timed, as a function that does not fall with width: a wider chain computes what the
/// narrower one does, and where it seemed faster, the narrower one was timed while the machine did something else.
/// </summary>
internal sealed class WidthTimes
{
    private readonly List<(int[] Widths, double Time)> timed = [];
    private readonly Dictionary<string, double> known = [];

    /// <summary>The time at some widths; timed when first asked for. O(widths known) then, else O(1).</summary>
    /// <param name="widths">Positions left of each axis.</param>
    /// <param name="time">Times the chain at these widths.</param>
    public double At(int[] widths, Func<double> time)
    {
        var key = Key(widths);
        if (known.TryGetValue(key, out var found)) return found;
        var own = time();
        foreach (var narrower in timed.Where(other => Fits(other.Widths, widths)).Select(other => Key(other.Widths)))
            known[narrower] = Math.Min(known[narrower], own);
        timed.Add((widths, own));
        return known[key] = timed.Where(other => Fits(widths, other.Widths)).Min(other => other.Time);
    }

    private static bool Fits(int[] narrow, int[] wide) => narrow.Zip(wide).All(pair => pair.First <= pair.Second);

    private static string Key(int[] widths) => string.Join(',', widths);
}
