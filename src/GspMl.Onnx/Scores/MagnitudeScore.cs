namespace GspMl.Onnx.Scores;

/// <summary>|w|.</summary>
internal sealed class MagnitudeScore : InputScore
{
    public override string Name => nameof(Magnitude);

    internal override bool IsMagnitude => true;

    protected override void Costs(LayerContext layer, int filter, Span<double> costs) => costs.Fill(1);
}
