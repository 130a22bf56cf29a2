namespace GspMl.Benchmarks.RealModels.Judging;

/// <summary>Lines of text as a recogniser reads them.</summary>
internal sealed record Readings(IReadOnlyList<string> Lines) : IAnswers
{
    public IReadOnlyList<Measure> Against(IAnswers dense)
    {
        var wanted = ((Readings)dense).Lines;
        return
        [
            new("characters", Right(wanted, line => line.ToCharArray()), IsFraction: true),
            new("words", Right(wanted, line => line.Split(' ')), IsFraction: true),
            new("lines read alike", Lines.Zip(wanted).Count(pair => pair.First == pair.Second) / (double)Lines.Count, IsFraction: true),
        ];
    }

    /// <summary>
    /// The best path of a CTC output [rows, steps, characters]: the likeliest of each step, repetitions taken once, blanks (the first) left
    /// out.
    /// </summary>
    public static IEnumerable<string> BestPaths(Rows scores, IReadOnlyList<string> characters)
    {
        var (steps, width) = (scores.Shape[1], scores.Shape[2]);
        for (var row = 0; row < scores.Count; row++)
        {
            var (text, last) = ("", 0);
            for (var step = 0; step < steps; step++)
            {
                var best = Decisions.Largest(scores[row].Slice(step * width, width));
                if (best != last && best != 0) text += characters[best - 1];
                last = best;
            }
            yield return text;
        }
    }

    /// <summary>1 − edits / length over all lines, one minus the character or word error rate; 0 where that is negative.</summary>
    private double Right<T>(IReadOnlyList<string> wanted, Func<string, T[]> units) where T : IEquatable<T>
    {
        var edits = Lines.Zip(wanted).Sum(pair => Edits(units(pair.First), units(pair.Second)));
        return Math.Max(0, 1 - ((double)edits / wanted.Sum(line => units(line).Length)));
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Edits<T>(T[] a, T[] b) where T : IEquatable<T>
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1].Equals(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
