namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>The class of each row.</summary>
internal static class ClassReading
{
    /// <summary>What stands for the class of a row with NaN.</summary>
    public const int None = -1;

    /// <summary>Whether two rows have the same class; without one there is nothing to be the same.</summary>
    public static bool AreSame(int baseline, int candidate) => baseline == candidate && baseline != None;

    /// <summary>
    /// Where each row is largest; of one value a row on which side of the threshold it lies, or the whole number itself. Empty where that
    /// is not to be told. A row with NaN has none. O(values) time.
    /// </summary>
    public static IReadOnlyList<int> Of(OutputTensor output, double? threshold) => output.RowLength switch
    {
        0 => [],
        1 when threshold is { } over => [.. output.Array.Select(value => float.IsNaN(value) ? None : value > over ? 1 : 0)],
        1 => output.IsWhole ? [.. output.Array.Select(value => (int)value)] : [],
        _ => Largest(output.Array, output.RowLength),
    };

    private static int[] Largest(float[] values, int length)
    {
        var classes = new int[values.Length / length];
        for (var row = 0; row < classes.Length; row++) classes[row] = Largest(values.AsSpan(row * length, length));
        return classes;
    }

    private static int Largest(ReadOnlySpan<float> row)
    {
        var largest = 0;
        for (var at = 0; at < row.Length; at++)
        {
            if (float.IsNaN(row[at])) return None;
            if (row[at] > row[largest]) largest = at;
        }
        return largest;
    }
}
