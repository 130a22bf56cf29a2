namespace GspMl.Onnx.Tests.Shrinking;

/// <summary>That two models compute the same, but for the order of additions.</summary>
internal static class Agreement
{
    /// <summary>Fails where outputs differ by more than 1e-5 of the largest.</summary>
    public static void IsExact(string expected, string actual, EvaluationData data, double tolerance = 1e-5)
    {
        using var reference = OnnxModel.Load(expected);
        using var model = OnnxModel.Load(actual);
        var both = ModelEvaluator.Compare(reference, model, data, new() { LatencyRuns = 0, CompressedSize = false });
        var largest = both.Baseline.Outputs.Max(output => output.Values.Max(Math.Abs));
        Assert.True(largest > 0);
        Assert.True(both.MaxDifference <= tolerance * largest, $"largest difference {both.MaxDifference:G3} of {largest:G3}");
    }
}
