namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>
/// What a sequence output says: at each step the symbol with the largest score, repetitions merged, blanks left out (connectionist temporal
/// classification, greedy; Graves et al. 2006, ICML, section 3.2). Whole numbers are read as they are.
/// </summary>
internal static class CtcReading
{
    // The fewest symbols that text takes; below it labels of words, most of which are "none", look alike.
    private const int FewestSymbols = 20;

    // Of all steps; a network that reads text is blank at half of them.
    private const double ShareOfBlanks = 0.2;

    private const int RowsSeen = 50;

    /// <summary>The reading of every row. O(values) time.</summary>
    public static IReadOnlyList<int[]> Of(OutputTensor output, TaskChoice choice)
    {
        if (choice.ClassAxis is not { } axis)
        {
            var values = output.Array;
            return [.. Enumerable.Range(0, output.Rows).Select(row
                => Array.ConvertAll(values[(row * output.RowLength)..((row + 1) * output.RowLength)], value => (int)value))];
        }
        var steps = new Positions(output, axis);
        return [.. Enumerable.Range(0, output.Rows).Select(row => Merge(steps.Largest(row), choice.Blank))];
    }

    /// <summary>The first or the last symbol, where it wins as often as a blank does and others win too; else null.</summary>
    public static int? FindBlank(OutputTensor output, int axis)
    {
        var steps = new Positions(output, axis);
        if (steps.Depth < FewestSymbols) return null;
        var wins = Enumerable.Range(0, Math.Min(RowsSeen, output.Rows)).SelectMany(row => steps.Largest(row)).CountBy(symbol => symbol)
            .ToDictionary();
        if (wins.Count < 3) return null;
        var blank = wins.GetValueOrDefault(0) >= wins.GetValueOrDefault(steps.Depth - 1) ? 0 : steps.Depth - 1;
        return wins.GetValueOrDefault(blank) >= ShareOfBlanks * wins.Values.Sum() ? blank : null;
    }

    private static int[] Merge(int[] symbols, int blank)
        => [.. symbols.Where((symbol, i) => symbol != blank && (i == 0 || symbols[i - 1] != symbol))];
}
