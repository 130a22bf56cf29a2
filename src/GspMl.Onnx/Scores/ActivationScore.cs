using System.Numerics.Tensors;

namespace GspMl.Onnx.Scores;

/// <summary>|w|·rms(x): what a weight adds to the output on its own (Wanda; Sun et al. 2023, equation 1).</summary>
internal sealed class ActivationScore : InputScore
{
    // An input that is never active makes its weights worthless, not infinitely dear: costs stay within three decimal powers.
    private const double LeastShare = 1e-3;

    public override string Name => nameof(Activation);

    public override bool NeedsCalibration => true;

    internal override bool TellsErrors => true;

    protected override void Costs(LayerContext layer, int filter, Span<double> costs)
    {
        var rms = layer.GetInputRms(filter);
        var least = Math.Max(TensorPrimitives.Max(rms) * LeastShare, 1e-30);
        for (var j = 0; j < rms.Length; j++) costs[j] = 1 / Math.Max(rms[j], least);
    }
}
