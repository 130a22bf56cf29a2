namespace GspMl.Onnx.Rewriting;

/// <summary>How far outputs may be apart where sums are added up in another order.</summary>
internal static class OutputTolerance
{
    // About ten units of the last place: sums of hundreds of terms, each of which is rounded.
    private const double OfFloat16 = 5e-3;
    private const double OfBFloat16 = 4e-2;

    /// <summary>What is asked for; of a model of half precision what its numbers can keep.</summary>
    public static double Of(OnnxModel model, double asked) => Math.Max(asked, model.Weights.Select(Least).DefaultIfEmpty(0).Max());

    private static double Least(PrunableWeight weight) => weight.ElementType switch
    {
        TensorElementType.Float16 => OfFloat16,
        TensorElementType.BFloat16 => OfBFloat16,
        _ => 0,
    };
}
