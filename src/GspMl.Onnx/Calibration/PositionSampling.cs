namespace GspMl.Onnx.Calibration;

/// <summary>A position of a row that serves as a sample.</summary>
/// <param name="Row">The row of the batch (the image).</param>
/// <param name="Position">The position in it.</param>
/// <param name="Weight">What its error counts.</param>
internal readonly record struct SampledPosition(int Row, int Position, double Weight);

/// <summary>
/// Draws positions from the rows of a batch. Where all are wanted, they weigh what they count; where only some, they are
/// drawn in proportion to it, one from each of as many stretches of equal weight, and one that is drawn twice weighs two.
/// </summary>
/// <param name="perRow">At most how many positions of each row are taken.</param>
/// <param name="weights">What each position of a row counts; empty (or for another number of positions): all alike.</param>
/// <param name="seed">Of the random positions.</param>
internal sealed class PositionSampling(int perRow, IReadOnlyList<double> weights, int seed)
{
    private readonly Random random = new(seed);

    /// <summary>The samples of a batch.</summary>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="positions">Positions in each.</param>
    /// <param name="mask">Which of them hold something; those alone are taken.</param>
    public IReadOnlyList<SampledPosition> Draw(int rows, int positions, PositionMask? mask = null)
    {
        var counts = weights.Count == positions ? weights : [.. Enumerable.Repeat(1.0, positions)];
        var samples = new List<SampledPosition>(rows * Math.Min(perRow, positions));
        var masked = mask is not null && mask.Rows == rows && mask.Positions == positions ? mask : null;
        for (var row = 0; row < rows; row++)
        {
            int[] real = [.. Enumerable.Range(0, positions).Where(position => masked?.IsReal(row, position) ?? true)];
            if (perRow >= real.Length) samples.AddRange(real.Select(position => new SampledPosition(row, position, counts[position])));
            else AddSome(samples, row, [.. Enumerable.Range(0, positions).Select(position
                => masked?.IsReal(row, position) ?? true ? counts[position] : 0)]);
        }
        return samples;
    }

    private void AddSome(List<SampledPosition> samples, int row, IReadOnlyList<double> counts)
    {
        var stretch = counts.Sum() / perRow;
        var (position, end) = (0, counts[0]);
        for (var i = 0; i < perRow; i++)
        {
            var at = (i + random.NextDouble()) * stretch;
            while (end <= at && position < counts.Count - 1) end += counts[++position];
            if (samples.Count > 0 && samples[^1] is var last && last.Row == row && last.Position == position)
                samples[^1] = last with { Weight = last.Weight + 1 };
            else samples.Add(new(row, position, 1));
        }
    }
}
