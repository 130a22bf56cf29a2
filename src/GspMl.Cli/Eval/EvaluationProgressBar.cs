using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>Shows how far an evaluation is.</summary>
internal sealed class EvaluationProgressBar(ProgressBar bar) : IProgress<EvaluationProgress>
{
    public void Report(EvaluationProgress value) => bar.Show(value.Done, value.Count, value.Step switch
    {
        EvaluationStep.Running => $"running the rows, batch {value.Done + 1:N0} of {value.Count:N0}",
        EvaluationStep.Timing => $"timing, round {value.Done + 1} of {value.Count}",
        _ => $"comparing the layers, batch {value.Done + 1:N0} of {value.Count:N0}",
    });

    /// <summary>Runs something with a bar, and takes the bar away.</summary>
    public static T Shown<T>(TextWriter messages, Func<EvaluationProgressBar, T> run)
    {
        var bar = new ProgressBar(messages);
        try { return run(new(bar)); }
        finally { bar.Clear(); }
    }
}
