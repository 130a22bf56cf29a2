using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Benchmarks.RealModels.Peers;

/// <summary>Calibration inputs, a few rows at a time; sentences one by one and without their padding, which would count as data.</summary>
internal static class Batches
{
    private const int Rows = 8;
    private const string Mask = "attention_mask";

    public static List<CalibrationBatch> Of(OnnxModel model, IReadOnlyList<Named> inputs)
    {
        var mask = inputs.FirstOrDefault(input => input.Name == Mask);
        var (count, batch) = ((int)inputs[0].Shape[0], mask is not null || TakesOneRow(model) ? 1 : Rows);
        return [.. Enumerable.Range(0, (count + batch - 1) / batch).Select(at => new CalibrationBatch(() =>
        {
            var rows = Math.Min(batch, count - (at * batch));
            var length = mask is null ? -1 : (int)((long[])mask.Values).AsSpan((int)(at * mask.Shape[1]), (int)mask.Shape[1]).Count(1L);
            return inputs.ToDictionary(input => input.Name, input => Part(input, at * batch, rows, length));
        }))];
    }

    private static bool TakesOneRow(OnnxModel model)
    {
        using var session = new InferenceSession(model.Path);
        return session.InputMetadata.Values.First().Dimensions[0] == 1;
    }

    private static OrtValue Part(Named input, int first, int rows, int length)
    {
        var width = input.Values.Length / (int)input.Shape[0];
        long[] shape = length < 0 ? [rows, .. input.Shape[1..]] : [rows, length];
        var count = length < 0 ? rows * width : length;
        return input.Values switch
        {
            long[] values => OrtValue.CreateTensorValueFromMemory(values[(first * width)..((first * width) + count)], shape),
            _ => OrtValue.CreateTensorValueFromMemory(((float[])input.Values)[(first * width)..((first * width) + count)], shape),
        };
    }
}
