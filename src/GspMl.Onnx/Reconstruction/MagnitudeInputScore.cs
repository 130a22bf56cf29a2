namespace GspMl.Onnx.Reconstruction;

/// <summary>|w|.</summary>
internal sealed class MagnitudeInputScore : IInputScore
{
    public double[] Costs(RidgeSolver solver) => [.. Enumerable.Repeat(1.0, solver.Problem.Inputs)];
}
