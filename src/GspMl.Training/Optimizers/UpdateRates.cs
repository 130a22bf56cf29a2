namespace GspMl.Training.Optimizers;

/// <summary>The numbers of one step, the same for every weight.</summary>
/// <param name="Momentum">What the mean keeps.</param>
/// <param name="SquareMomentum">What the mean square keeps.</param>
/// <param name="Step">The learning rate; where steps are adaptive, over 1 − momentumᵗ: the first means are those of few gradients.</param>
/// <param name="Root">The factor of the root of the mean square, 1 / √(1 − square momentumᵗ).</param>
/// <param name="Decay">What is taken off each weight.</param>
/// <param name="Epsilon">Added to the root.</param>
internal readonly record struct UpdateRates(float Momentum, float SquareMomentum, float Step, float Root, float Decay, float Epsilon)
{
    public static UpdateRates Of(TuningOptimizer optimizer, double learningRate, int step)
    {
        var (first, second) = optimizer.IsAdaptive
            ? (1 - Math.Pow(optimizer.Momentum, step + 1), 1 - Math.Pow(optimizer.SquareMomentum, step + 1)) : (1, 1);
        return new((float)optimizer.Momentum, (float)optimizer.SquareMomentum, (float)(learningRate / first),
            (float)(1 / Math.Sqrt(second)),
            (float)(learningRate * optimizer.WeightDecay), (float)optimizer.Epsilon);
    }
}
