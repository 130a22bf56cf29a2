using Microsoft.ML.Runtime;

namespace GspMl.ML.Hosting;

/// <summary>
/// What ends a fit that is under way: the options' token, or the <see cref="Microsoft.ML.MLContext"/>, whose hosts then say that they are
/// cancelled; they are asked some times a second.
/// </summary>
internal sealed class FitCancellation : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly CancellationTokenSource source;
    private readonly Timer? timer;
    private readonly IHost? host;

    /// <param name="host">The component's host, or null where it has no environment.</param>
    /// <param name="token">The options' token.</param>
    /// <exception cref="OperationCanceledException">Cancelled before it began.</exception>
    public FitCancellation(IHost? host, CancellationToken token)
    {
        this.host = host;
        source = CancellationTokenSource.CreateLinkedTokenSource(token);
        if (host is not null) timer = new(_ => Look(), null, Interval, Interval);
        ThrowIfCancelled();
    }

    public CancellationToken Token => source.Token;

    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void ThrowIfCancelled()
    {
        Look();
        Token.ThrowIfCancellationRequested();
    }

    public void Dispose()
    {
        using var ended = new ManualResetEvent(false);
        if (timer?.Dispose(ended) == true) ended.WaitOne(); // a question under way still needs the source
        source.Dispose();
    }

    private void Look()
    {
        if (HostProperties.IsCanceled(host)) source.Cancel();
    }
}
