namespace GspMl.Cli.Html;

/// <summary>An axis of a chart: where it begins and ends, and what stands at its marks.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Low">Where it begins.</param>
/// <param name="High">Where it ends, over <paramref name="Low"/>.</param>
/// <param name="Step">The distance of its marks.</param>
/// <param name="Text">How a value is written.</param>
internal sealed record ChartAxis(string Title, double Low, double High, double Step, Func<double, string> Text)
{
    private const int MostMarks = 7;

    /// <summary>The marks: round numbers.</summary>
    public IEnumerable<double> Marks
    {
        get
        {
            for (var i = (long)Math.Ceiling((Low / Step) - 1e-9); i * Step <= High + (Step * 1e-9); i++) yield return i * Step;
        }
    }

    /// <summary>An axis on which all values lie, and a little room around them.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="values">The values; those that are no numbers do not count.</param>
    /// <param name="text">How a value is written.</param>
    /// <param name="least">Where it begins at the earliest.</param>
    /// <param name="most">Where it ends at the latest.</param>
    public static ChartAxis Over(string title, IEnumerable<double> values, Func<double, string> text,
        double least = double.NegativeInfinity, double most = double.PositiveInfinity)
    {
        double[] shown = [.. values.Where(double.IsFinite).DefaultIfEmpty()];
        var (low, high) = (shown.Min(), shown.Max());
        var room = high > low ? (high - low) / 20 : Math.Max(Math.Abs(high) / 20, 1e-3);
        (low, high) = (Math.Max(low - room, Math.Min(least, low)), Math.Min(high + room, Math.Max(most, high)));
        return new(title, low, high, RoundStep((high - low) / MostMarks), text);
    }

    /// <summary>Where a value lies, 0 at the beginning and 1 at the end.</summary>
    public double Place(double value) => (value - Low) / (High - Low);

    /// <summary>The least of 1, 2 and 5 times a power of ten that is not under a distance.</summary>
    private static double RoundStep(double distance)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(distance)));
        foreach (var digit in new[] { 1, 2, 5 })
            if (digit * power >= distance * (1 - 1e-9)) return digit * power;
        return 10 * power;
    }
}
