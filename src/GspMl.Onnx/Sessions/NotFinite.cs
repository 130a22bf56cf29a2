namespace GspMl.Onnx.Sessions;

/// <summary>Values that are no numbers, among those of an input.</summary>
internal static class NotFinite
{
    /// <summary>Where NaN or infinity stands: "in row 3", "in 18 rows, first in row 3", or "at position 5" where rows do not lie along the
    /// first axis; null where there is none. Integers hold none. O(values) time.</summary>
    public static string? Where(InputTensor input) => input.Values switch
    {
        float[] values => Where(input, values, float.IsFinite),
        double[] values => Where(input, values, double.IsFinite),
        Half[] values => Where(input, values, Half.IsFinite),
        _ => null,
    };

    private static string? Where<T>(InputTensor input, T[] values, Func<T, bool> isFinite)
    {
        var first = Array.FindIndex(values, value => !isFinite(value));
        if (first < 0) return null;
        if (input.Shape.Count == 0 || input.IsConstant || input.BatchAxis > 0) return $"at position {first}";
        var length = values.Length / input.Shape[0];
        var rows = values.Chunk(length).Skip(first / length).Count(row => !row.All(isFinite));
        return rows == 1 ? $"in row {first / length}" : $"in {rows} rows, first in row {first / length}";
    }
}
