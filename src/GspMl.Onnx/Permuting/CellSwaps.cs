using System.Numerics;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Permuting;

/// <summary>
/// Orders channels so that the n largest of every m weigh more: of two cells, the exchange of two channels that gains most is made, until
/// no exchange gains (the swaps of Pool and Yu 2021).
/// </summary>
internal sealed class CellSwaps
{
    // Multiply-adds and comparisons: some seconds.
    private const double MostWork = 2e10;

    // Rounding of sums must not make channels change places for ever.
    private const double LeastGain = 1e-6;

    private readonly float[][] columns;
    private readonly int kept;
    private readonly int of;
    private readonly double[] cells;
    private readonly int[] changed;
    private readonly CancellationToken cancel;
    private double work;

    /// <param name="columns">For each channel one number of at least 0 for each row.</param>
    /// <param name="kept">How many of a cell's channels a row keeps.</param>
    /// <param name="of">Channels of a cell; divides their number.</param>
    /// <param name="cancel">Looked at between pairs of cells.</param>
    public CellSwaps(float[][] columns, int kept, int of, CancellationToken cancel)
    {
        (this.kept, this.of, this.cancel) = (kept, of, cancel);
        this.columns = [.. columns.Select(Padded)];
        Order = [.. Enumerable.Range(0, columns.Length)];
        cells = [.. Enumerable.Range(0, columns.Length / of).Select(cell => Worth(Cell(cell)))];
        changed = new int[cells.Length];
    }

    /// <summary>The channels in their order.</summary>
    public int[] Order { get; }

    /// <summary>What the rows keep.</summary>
    public double Kept => cells.Sum();

    /// <summary>Makes exchanges until none gains or the work is done.</summary>
    public void Run()
    {
        var gains = true;
        // A pair that gained nothing is looked at again only where one of its cells has changed since.
        for (var round = 1; gains && work < MostWork; round++)
        {
            gains = false;
            for (var a = 0; a < cells.Length; a++)
                for (var b = a + 1; b < cells.Length && work < MostWork; b++)
                    if (Math.Max(changed[a], changed[b]) >= round - 1 && Exchange(a, b))
                    {
                        (gains, changed[a], changed[b]) = (true, round, round);
                    }
        }
    }

    private bool Exchange(int a, int b)
    {
        cancel.ThrowIfCancellationRequested();
        var (first, second) = (Cell(a), Cell(b));
        var best = (Gain: LeastGain * (cells[a] + cells[b]), I: -1, J: -1, A: 0.0, B: 0.0);
        for (var i = 0; i < of; i++)
            for (var j = 0; j < of; j++)
            {
                (first[i], second[j]) = (second[j], first[i]);
                var (worthA, worthB) = (Worth(first), Worth(second));
                (first[i], second[j]) = (second[j], first[i]);
                var gain = worthA + worthB - cells[a] - cells[b];
                if (gain > best.Gain) best = (gain, i, j, worthA, worthB);
            }
        if (best.I < 0) return false;
        (Order[(a * of) + best.I], Order[(b * of) + best.J]) = (Order[(b * of) + best.J], Order[(a * of) + best.I]);
        (cells[a], cells[b]) = (best.A, best.B);
        return true;
    }

    private float[][] Cell(int cell) => [.. Order.AsSpan(cell * of, of).ToArray().Select(channel => columns[channel])];

    /// <summary>The sum over rows of the largest of a cell's numbers: a few rounds of a sort, for as many rows at once as a register
    /// holds.</summary>
    private double Worth(float[][] cell)
    {
        var rows = cell[0].Length;
        work += (double)rows * kept * of;
        Span<Vector<float>> values = stackalloc Vector<float>[of];
        var sum = 0.0;
        for (var first = 0; first < rows; first += Vector<float>.Count)
        {
            for (var i = 0; i < of; i++) values[i] = MemoryMarshal.Read<Vector<float>>(MemoryMarshal.AsBytes(cell[i].AsSpan(first)));
            var largest = Vector<float>.Zero;
            for (var k = 0; k < kept; k++)
            {
                for (var i = k + 1; i < of; i++)
                    (values[k], values[i]) = (Vector.Max(values[k], values[i]), Vector.Min(values[k], values[i]));
                largest += values[k];
            }
            sum += Vector.Sum(largest);
        }
        return sum;
    }

    private static float[] Padded(float[] column)
    {
        var width = Vector<float>.Count;
        Array.Resize(ref column, (column.Length + width - 1) / width * width);
        return column;
    }
}
