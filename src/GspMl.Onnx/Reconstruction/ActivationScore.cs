namespace GspMl.Onnx.Reconstruction;

/// <summary>|w|·rms(x): what a weight adds to the output on its own (Wanda; Sun et al. 2023, equation 1).</summary>
internal sealed class ActivationScore : IInputScore
{
    // An input that is never active makes its weights worthless, not infinitely dear: costs stay within three decimal powers.
    private const double LeastShare = 1e-3;

    public double[] Costs(RidgeSolver solver)
    {
        var rms = solver.Problem.InputRms();
        var least = Math.Max(rms.Max() * LeastShare, 1e-30);
        return [.. rms.Select(r => 1 / Math.Max(r, least))];
    }
}
