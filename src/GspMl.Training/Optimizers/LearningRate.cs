namespace GspMl.Training.Optimizers;

/// <summary>The learning rate of each step: it rises evenly, and then falls by half a cosine to zero.</summary>
/// <param name="top">The highest.</param>
/// <param name="steps">All steps.</param>
/// <param name="warmUp">The part of them in which it rises.</param>
internal sealed class LearningRate(double top, int steps, double warmUp)
{
    private readonly double rising = Math.Max(1, warmUp * steps);

    public double At(int step)
        => step < rising ? top * (step + 1) / (rising + 1)
            : top * 0.5 * (1 + Math.Cos(Math.PI * (step - rising) / Math.Max(1, steps - rising)));
}
