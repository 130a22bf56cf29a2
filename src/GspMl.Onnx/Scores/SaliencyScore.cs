namespace GspMl.Onnx.Scores;

/// <summary>
/// √(w²/[H⁻¹]ⱼⱼ): the root of what the squared error rises by when the others make up for the weight (Hassibi and Stork 1993, equation 5).
/// </summary>
internal sealed class SaliencyScore : InputScore
{
    public override string Name => nameof(Saliency);

    public override bool NeedsCalibration => true;

    internal override bool SearchesSupport => true;

    internal override bool TellsErrors => true;

    protected override void Costs(LayerContext layer, int filter, Span<double> costs)
    {
        var diagonal = layer.GetInverseDiagonal(filter);
        for (var j = 0; j < diagonal.Length; j++) costs[j] = Math.Sqrt(diagonal[j]);
    }
}
