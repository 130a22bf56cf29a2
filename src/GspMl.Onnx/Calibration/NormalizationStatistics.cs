using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Estimates the mean and variance of every BatchNormalization anew, in order: pruning changes what reaches it, and
/// values that were not reconstructed leave that to these statistics. Costs one run of the model.
/// </summary>
internal static class NormalizationStatistics
{
    /// <summary>Sets the statistics of all normalisations whose mean and variance nothing else reads.</summary>
    /// <returns>How many were set.</returns>
    public static int Estimate(WorkingModel model, CalibrationInputs inputs, CancellationToken cancel)
    {
        using var stream = new ActivationStream(model, inputs.All());
        var set = 0;
        foreach (var node in model.Nodes)
        {
            if (OperatorTable.Of(node)?.Normalization is not { } operands) continue;
            if (Own(model, node.Input[operands.Mean]) is not { } mean || Own(model, node.Input[operands.Variance]) is not { } variance)
                continue;
            stream.Advance([node.Input[0]], cancel);
            var (means, variances) = Moments(stream, node.Input[0], (int)mean.Dims[0], cancel);
            WorkingModel.SetValues(mean, means);
            WorkingModel.SetValues(variance, variances);
            set++;
        }
        return set;
    }

    private static TensorProto? Own(WorkingModel model, string name)
        => model.Stored(name) is { } tensor && model.Readers(name)
            .Count() == 1 && Models.ElementFormat.IsFloatingPoint((TensorElementType)tensor.DataType) ? tensor : null;

    /// <summary>Mean and variance of each channel (axis 1) over all rows and positions.</summary>
    private static (double[] Means, double[] Variances) Moments(ActivationStream stream, string tensor, int channels,
        CancellationToken cancel)
    {
        var (sums, squares) = (new double[channels], new double[channels]);
        var count = 0L;
        stream.ReadAll(tensor, (_, read) =>
        {
            var values = read.Values;
            var positions = (int)(values.Length / channels / read.Shape[0]);
            for (var i = 0; i < values.Length; i++)
            {
                var channel = i / positions % channels;
                sums[channel] += values[i];
                squares[channel] += (double)values[i] * values[i];
            }
            count += values.Length / channels;
        }, cancel);
        double[] means = [.. sums.Select(sum => sum / count)];
        return (means, [.. squares.Zip(means, (square, mean) => Math.Max(0, (square / count) - (mean * mean)))]);
    }
}
