using GspMl.Factorization;

namespace GspMl.Cli.Nmf;

/// <summary>A bar that is drawn again in place, on a terminal only: a log gets nothing.</summary>
internal sealed class ProgressLine(TextWriter messages) : IProgress<NmfIteration>
{
    private const int Width = 30;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);
    private readonly bool _shown = ReferenceEquals(messages, Console.Error) && !Console.IsErrorRedirected;
    private int _maxIterations = 1;
    private TimeSpan _last = -Between;

    public ProgressLine For(int maxIterations)
    {
        _maxIterations = maxIterations;
        return this;
    }

    public void Report(NmfIteration value)
    {
        if (!_shown || value.Elapsed - _last < Between) return;
        _last = value.Elapsed;
        var done = Width * value.Iteration / _maxIterations;
        messages.Write($"\r[{new string('#', done)}{new string('.', Width - done)}] {value.Iteration}/{_maxIterations}  error {100 * value.RelativeError:F4} %  sparsity {value.BasisSparsity:F4} ");
    }

    public void End()
    {
        if (_shown && _last >= TimeSpan.Zero) messages.WriteLine();
    }
}
