namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>The class of each row.</summary>
internal static class ClassReading
{
    /// <summary>
    /// Where each row is largest; of one value a row on which side of the threshold it lies, or the whole number itself. Empty where that
    /// is not to be told. O(values) time.
    /// </summary>
    public static IReadOnlyList<int> Of(OutputTensor output, double? threshold) => output.RowLength switch
    {
        0 => [],
        1 when threshold is { } over => [.. output.Array.Select(value => value > over ? 1 : 0)],
        1 => output.IsWhole ? [.. output.Array.Select(value => (int)value)] : [],
        _ => Largest(output.Array, output.RowLength),
    };

    private static int[] Largest(float[] values, int length)
    {
        var classes = new int[values.Length / length];
        for (var row = 0; row < classes.Length; row++)
            for (var at = 1; at < length; at++)
                if (values[(row * length) + at] > values[(row * length) + classes[row]]) classes[row] = at;
        return classes;
    }
}
