using GspMl.Cli.Shell;
using GspMl.Cli.Text;
using GspMl.Training;

namespace GspMl.Cli.Tune;

/// <summary>Shows the epoch, the loss and the time that is left.</summary>
internal sealed class TuningProgressBar(ProgressBar bar) : IProgress<TuningProgress>
{
    public void Report(TuningProgress value)
    {
        var heldBack = value.HeldBackLoss is { } loss ? $", held back {loss:G3}" : "";
        bar.Show(value.Step, value.Steps, $"epoch {value.Epoch}, loss {value.Loss:G3}{heldBack}, {Format.Percent(value.Zeros)} zeros, "
            + $"{Format.Duration(value.Left)} left");
    }

    /// <summary>Runs something with a progress bar, and takes the bar away.</summary>
    public static T Shown<T>(TextWriter messages, Func<TuningProgressBar, T> run)
    {
        var bar = new ProgressBar(messages);
        try
        {
            return run(new TuningProgressBar(bar));
        }
        finally
        {
            bar.Clear();
        }
    }
}
