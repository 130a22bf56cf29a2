using GspMl.Onnx.Evaluation.Measures;
using GspMl.Onnx.Evaluation.Outputs;
using GspMl.Onnx.Evaluation.Statistics;

namespace GspMl.Onnx;

/// <summary>
/// Whether two models read the same: at each step the symbol of the largest score, repetitions merged, blanks left out (CTC, greedy; Graves
/// et al. 2006).
/// </summary>
public sealed record SequenceAgreement
{
    /// <summary>Rows compared.</summary>
    public required int Rows { get; init; }

    /// <summary>Those that both read alike.</summary>
    public required int Same { get; init; }

    /// <summary>Those that cannot be read, since a value of either model is NaN; none of them counts as the same.</summary>
    public int WithoutReading { get; init; }

    /// <summary>Those in which the baseline reads nothing.</summary>
    public required int EmptyRows { get; init; }

    /// <summary>The symbols that the baseline reads, all rows together.</summary>
    public required int Symbols { get; init; }

    /// <summary>
    /// The edit distance (Levenshtein: symbols put in, left out or changed) from the baseline's readings, summed over the rows, as a part
    /// of <see cref="Symbols"/>; the interval by the bootstrap over rows.
    /// </summary>
    public required Estimate EditRate { get; init; }

    /// <summary>The number of the row with the largest edit distance.</summary>
    public required int WorstRow { get; init; }

    /// <summary>Its edit distance, in symbols.</summary>
    public required int WorstEdits { get; init; }

    /// <summary>The fraction of rows that both read alike; the interval is Wilson's score interval.</summary>
    public Estimate SameReading => new((double)Same / Rows, Interval.OfFraction(Same, Rows));

    internal static SequenceAgreement Of(OutputTensor baseline, OutputTensor candidate, TaskChoice choice)
    {
        IReadOnlyList<int[]> wanted = CtcReading.Of(baseline, choice), read = CtcReading.Of(candidate, choice);
        var edits = wanted.Zip(read, EditDistance.Between).ToList();
        var unread = HaveNaN(baseline).Zip(HaveNaN(candidate), (first, second) => first || second).ToList();
        return new()
        {
            Rows = edits.Count,
            Same = edits.Where((edit, row) => edit == 0 && !unread[row]).Count(),
            WithoutReading = unread.Count(row => row),
            EmptyRows = wanted.Count(symbols => symbols.Length == 0),
            Symbols = wanted.Sum(symbols => symbols.Length),
            EditRate = Bootstrap.OfRatio([.. edits.Select(edit => (double)edit)], [.. wanted.Select(symbols => (double)symbols.Length)],
                rate => rate),
            WorstRow = edits.IndexOf(edits.Max()),
            WorstEdits = edits.Max(),
        };
    }

    private static IEnumerable<bool> HaveNaN(OutputTensor output)
        => output.Array.Chunk(output.RowLength).Select(row => row.Any(float.IsNaN));
}
