namespace GspMl.Training.Steps;

/// <summary>Runs steps of a training on the batch that lies in its inputs.</summary>
internal abstract class StepRunner : IDisposable
{
    /// <summary>
    /// Adds the gradient of the batch to that of the step, and where the step ends, moves the parameters.
    /// </summary>
    /// <param name="learningRate">Of the step.</param>
    /// <param name="step">Steps before this one.</param>
    /// <param name="isFirst">Whether the batch is the first of the step.</param>
    /// <param name="isLast">Whether it is the last.</param>
    /// <returns>The loss of the batch.</returns>
    public abstract double Step(double learningRate, int step, bool isFirst = true, bool isLast = true);

    /// <summary>The loss of the batch, without a step.</summary>
    public abstract double Loss();

    /// <summary>Brings the parameters to where the CPU sees them.</summary>
    public abstract void Download();

    /// <summary>Takes the parameters, and their masks, as the CPU left them.</summary>
    public abstract void Upload();

    public abstract void Dispose();
}
