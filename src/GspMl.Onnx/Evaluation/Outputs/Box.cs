namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>A box around something.</summary>
/// <param name="Left">Its left edge.</param>
/// <param name="Top">Its upper edge.</param>
/// <param name="Right">Its right edge.</param>
/// <param name="Bottom">Its lower edge.</param>
/// <param name="Score">How sure the model is of it.</param>
/// <param name="Class">What is in it; 0 where no classes are told.</param>
internal readonly record struct Box(double Left, double Top, double Right, double Bottom, double Score, int Class)
{
    /// <summary>
    /// The area of the intersection as a part of that of the union (Jaccard); 1 for two equal boxes, though they be without area.
    /// </summary>
    public double Overlap(Box other)
    {
        if ((Left, Top, Right, Bottom) == (other.Left, other.Top, other.Right, other.Bottom)) return 1;
        var shared = Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left))
            * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
        return shared == 0 ? 0 : shared / (Area + other.Area - shared);
    }

    private double Area => Math.Max(0, Right - Left) * Math.Max(0, Bottom - Top);

    /// <summary>The boxes of one row, in their order.</summary>
    public static IReadOnlyList<Box> Read(Positions boxes, int row, BoxLayout layout)
        => [.. Enumerable.Range(0, boxes.PerRow).Select(box => Read(at => boxes[row, box, at], boxes.Depth, layout))];

    private static Box Read(Func<int, double> number, int depth, BoxLayout layout)
    {
        var (score, kind) = ScoreOf(number, depth, layout.Scores);
        double a = number(0), b = number(1), c = number(2), d = number(3);
        return layout.Form == BoxForm.Corners ? new(a, b, c, d, score, kind)
            : new(a - (c / 2), b - (d / 2), a + (c / 2), b + (d / 2), score, kind);
    }

    private static (double Score, int Class) ScoreOf(Func<int, double> number, int depth, BoxScores scores)
    {
        if (scores == BoxScores.None) return (1, 0);
        if (scores == BoxScores.ScoreAndClass) return (number(4), (int)number(5));
        var first = scores == BoxScores.Classes ? 4 : 5;
        var best = Enumerable.Range(first, depth - first).MaxBy(number);
        return ((scores == BoxScores.Classes ? 1 : number(4)) * number(best), best - first);
    }
}
