namespace GspMl.Onnx.Reconstruction;

/// <summary>One filter on its support: which inputs it keeps, their weights, and what taking each out would cost.</summary>
/// <param name="Support">Kept inputs, ascending.</param>
/// <param name="Values">Their weights.</param>
/// <param name="Saliency">The rise of the mean squared error if that weight were taken out and the others refitted: w²/[H⁻¹]ⱼⱼ; empty where
/// not asked for.</param>
internal sealed record FilterFit(int[] Support, double[] Values, double[] Saliency)
{
    public static FilterFit Empty { get; } = new([], [], []);
}
