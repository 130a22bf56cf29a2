using System.Numerics;
using GspMl.Threading;

namespace GspMl.Onnx.Streaming;

/// <summary>Passes over some weights of a model, piece by piece on several threads; no more than a piece for each is in memory.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class ModelPass<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<WeightPieces<T>> weights = [];
    private readonly (int Weight, int Piece)[] pieces;
    private readonly int threads;
    private readonly CancellationToken cancel;

    /// <exception cref="OnnxModelException">A weight's elements are not there; the message names file and tensor.</exception>
    public ModelPass(OnnxModel model, IEnumerable<PrunableWeight> weights, int threads, CancellationToken cancel)
    {
        (this.threads, this.cancel) = (threads, cancel);
        foreach (var weight in weights) this.weights.Add(new(model, weight));
        pieces = [.. this.weights.SelectMany((weight, i) => Enumerable.Range(0, weight.Count).Select(piece => (i, piece)))];
    }

    /// <summary>
    /// Shows every piece to the function of its weight. The results come in the order of the pieces, whatever the number of threads.
    /// </summary>
    /// <param name="function">For the number of a weight, what is called for its pieces.</param>
    public IReadOnlyList<IReadOnlyList<TResult>> Over<TResult>(Func<int, PieceFunction<T, TResult>> function)
    {
        var functions = weights.Select((_, i) => function(i)).ToArray();
        var results = weights.Select(weight => new TResult[weight.Count]).ToArray();
        Threads.For(pieces.Length, threads, i =>
        {
            var (weight, piece) = pieces[i];
            results[weight][piece] = weights[weight].Visit(piece, functions[weight]);
        }, cancel);
        return results;
    }

    public void Dispose()
    {
        foreach (var weight in weights) weight.Dispose();
    }
}
