using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// What was seen of each part of a layer's output (a filter, a stretch of positions) while <see cref="OutputSensitivity"/> changes one part
/// in each row.
/// </summary>
/// <param name="parts">Parts of the output.</param>
internal sealed class PartTally(int parts)
{
    // Few rows say little of a part: it is drawn to what the layer as a whole shows, as if so many more rows had shown that.
    private const double RowsOfTheWhole = 8;

    private readonly double[] inner = new double[parts];
    private readonly double[] outer = new double[parts];
    private readonly int[] counts = new int[parts];
    private int next;

    /// <summary>The part whose turn it is.</summary>
    public int Next() => next++ % parts;

    /// <summary>Notes which part was changed in a row, and the mean square of the change.</summary>
    public void AddPart(int part, double change)
    {
        inner[part] += change;
        counts[part]++;
    }

    /// <summary>Notes what the changes of some rows did to the model's outputs.</summary>
    /// <param name="rows">The part that was changed in each row.</param>
    /// <param name="before">The outputs as they were.</param>
    /// <param name="after">The outputs with the changes.</param>
    public void AddOutputs(IReadOnlyList<int> rows, FloatTensor before, FloatTensor after)
    {
        var length = before.Values.Length / rows.Count;
        for (var i = 0; i < before.Values.Length; i++)
        {
            var change = (double)after.Values[i] - before.Values[i];
            outer[rows[i / length]] += change * change;
        }
    }

    /// <summary>Squared change of the outputs for a unit squared change of each part.</summary>
    /// <param name="gains">What multiplies each part behind the layer: behind it, without further knowledge, all parts count alike.</param>
    public double[] Sensitivities(IReadOnlyList<double> gains)
    {
        var squares = gains.Select(gain => gain * gain).ToArray();
        var behind = inner.Zip(squares, (change, square) => change * square).Sum();
        var whole = behind > 0 ? outer.Sum() / behind : 0;
        return [.. Enumerable.Range(0, parts).Select(r =>
        {
            var own = inner[r] > 0 ? counts[r] * outer[r] / inner[r] : 0;
            return (own + (RowsOfTheWhole * whole * squares[r])) / ((inner[r] > 0 ? counts[r] : 0) + RowsOfTheWhole);
        })];
    }
}
