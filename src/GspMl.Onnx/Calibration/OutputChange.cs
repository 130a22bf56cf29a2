using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// How far a changed model's outputs are from the dense model's: the squared difference as a fraction of the dense outputs'
/// variance, summed over the outputs. Every row weighs the same; a divergence of class probabilities would rest on the few rows whose class
/// is in doubt, and tell the layers apart less reliably.
/// </summary>
/// <param name="dense">The dense model's outputs, batch by batch; those that are no numbers have no entries.</param>
internal sealed class OutputChange(IReadOnlyList<IReadOnlyList<FloatTensor>> dense)
{
    private readonly double[] spreads =
        [.. Enumerable.Range(0, dense[0].Count).Select(output => Spread(dense.Select(batch => batch[output].Values)))];

    /// <summary>The part of one batch; the parts of all batches add up to the whole.</summary>
    public double Of(int batch, IReadOnlyList<FloatTensor> changed)
        => Enumerable.Range(0, changed.Count).Sum(output => Of(batch, output, changed[output]));

    private double Of(int batch, int output, FloatTensor changed)
    {
        var (wanted, sum) = (dense[batch][output].Values, 0.0);
        for (var i = 0; i < wanted.Length; i++)
        {
            var difference = (double)wanted[i] - changed.Values[i];
            sum += difference * difference;
        }
        return spreads[output] > 0 ? sum / spreads[output] : sum;
    }

    private static double Spread(IEnumerable<float[]> batches)
    {
        var (count, sum, squares) = (0L, 0.0, 0.0);
        foreach (var value in batches.SelectMany(values => values))
            (count, sum, squares) = (count + 1, sum + value, squares + ((double)value * value));
        return count == 0 ? 0 : squares - (sum * sum / count);
    }
}
