namespace GspMl.Onnx.Reconstruction;

/// <summary>√(w²/[H⁻¹]ⱼⱼ): the root of what the squared error rises by when the others make up for the weight (Hassibi and Stork 1993, equation 5).</summary>
internal sealed class SaliencyScore : IInputScore
{
    public double[] Costs(RidgeSolver solver) => [.. solver.InverseDiagonal().Select(Math.Sqrt)];
}
