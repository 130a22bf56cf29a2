namespace GspMl.Onnx.Rewriting;

/// <summary>How far the outputs of two models are apart.</summary>
internal static class OutputDifference
{
    /// <summary>The largest difference of an output as a part of its largest magnitude; infinity where only one is finite.</summary>
    public static double Of(IReadOnlyList<float[]?> before, IReadOnlyList<float[]?> after) => before.Zip(after, Of).DefaultIfEmpty(0).Max();

    private static double Of(float[]? before, float[]? after)
    {
        if (before is null || after is null) return 0;
        if (before.Length != after.Length) return double.PositiveInfinity;
        var (largest, difference) = (0.0, 0.0);
        for (var i = 0; i < before.Length; i++)
        {
            if (before[i].Equals(after[i])) { if (float.IsFinite(before[i])) largest = Math.Max(largest, Math.Abs(before[i])); continue; }
            if (!float.IsFinite(before[i]) || !float.IsFinite(after[i])) return double.PositiveInfinity;
            largest = Math.Max(largest, Math.Abs(before[i]));
            difference = Math.Max(difference, Math.Abs((double)before[i] - after[i]));
        }
        return difference == 0 ? 0 : difference / largest;
    }
}
