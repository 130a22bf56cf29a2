using GspMl.Onnx;

namespace GspMl.Benchmarks.RealModels;

/// <summary>The first rows of inputs.</summary>
internal static class FirstRows
{
    /// <summary>So many rows of each input, or all there are.</summary>
    public static EvaluationData Of(EvaluationData data, int rows) => new([.. data.Inputs.Select(input =>
    {
        if (input.Shape.Count == 0) return input;
        int[] shape = [Math.Min(rows, input.Shape[0]), .. input.Shape.Skip(1)];
        var length = shape.Aggregate(1, (product, extent) => product * extent);
        return input.Values switch
        {
            long[] values => InputTensor.Create(input.Name, values[..length], shape),
            _ => InputTensor.Create(input.Name, ((float[])input.Values)[..length], shape),
        };
    })]);
}
