using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// A shard whose rows are any <see cref="DataMatrix{T}"/>, in memory, stacked or streamed, with their coefficients in memory. It computes
/// on the calling thread and its helpers. Memory, besides the data: 3 · samples × rank and 3 · features × rank numbers.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class MemoryShard<T> : IShard<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DataMatrix<T> data;
    private readonly int maxThreads;
    private SampleSide<T>? side;
    private ShardSums<T> answer = new();
    private T[] product = [];
    private int halvings;
    private bool broken;

    /// <summary>A shard that waits for its start.</summary>
    /// <param name="data">
    /// The rows. The same shards give the same bits; cut at multiples of 256 rows, coefficients have those of the whole.
    /// </param>
    /// <param name="maxThreads">The most threads to use; 0: one for each processor. The bits are the same for any number.</param>
    public MemoryShard(DataMatrix<T> data, int maxThreads = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(maxThreads);
        (this.data, this.maxThreads) = (data, maxThreads);
    }

    /// <summary>A shard with coefficients to start from, which become its own, and any update of them.</summary>
    internal MemoryShard(DataMatrix<T> data, Panel<T> coefficients, IFactorUpdate<T> update, int maxThreads)
        : this(data, maxThreads) => Start(new(data, coefficients, update, maxThreads));

    /// <inheritdoc/>
    public bool IsRemote => false;

    /// <summary>The number of the last request that changed something; 0: none.</summary>
    public int LastNumber { get; private set; }

    /// <summary>The best coefficients so far, samples × rank, as a copy; those of the result once the fit has finished.</summary>
    /// <exception cref="InvalidOperationException">The fit has not begun.</exception>
    public DenseMatrix<T> Coefficients => halvings == 0 ? Begun().Best.ToDense() : Begun().Best.ToDense().TimesPowerOfTwo(halvings);

    /// <inheritdoc/>
    public Task<ShardSums<T>> StepAsync(ShardRequest<T> request, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancel.ThrowIfCancellationRequested();
        if (request is ShardRequest<T>.Open) return Task.FromResult(Describe());
        if (broken) throw new InvalidOperationException($"The shard failed in request {LastNumber + 1}: make it anew.");
        if (request.Number == LastNumber) return Task.FromResult(answer);
        if (request.Number != LastNumber + 1)
            throw new InvalidOperationException($"The shard is at request {LastNumber}; {request.Number} does not follow it.");
        broken = true;
        answer = Answer(request);
        (broken, LastNumber) = (false, request.Number);
        return Task.FromResult(answer);
    }

    private ShardSums<T> Describe() => new()
    {
        Features = data.Features,
        Samples = data.Samples,
        StoredValues = data.StoredValues,
        Total = data.Mean * data.Samples * data.Features,
        SquaredNorm = data.SquaredNorm,
    };

    private ShardSums<T> Answer(ShardRequest<T> request) => request switch
    {
        ShardRequest<T>.Begin begin => Begin(begin),
        ShardRequest<T>.Scale scale => Scale(Begun(), scale.Factor),
        ShardRequest<T>.Fit step => Step(Begun(), step),
        ShardRequest<T>.Resolve resolve => Resolve(Begun(), resolve),
        ShardRequest<T>.Finish finish => Finish(Begun(), finish),
        _ => throw new ArgumentException($"{request.GetType().Name} is no request of a shard.", nameof(request)),
    };

    private ShardSums<T> Begin(ShardRequest<T>.Begin begin)
    {
        halvings = begin.Halvings;
        DataMatrix<T> rows = halvings == 0 ? data : new ScaledData<T>(data, halvings);
        var coefficients = RandomStart.Coefficients<T>(data.Samples, begin.Rank, begin.Seed, begin.FirstRow);
        Start(new(rows, coefficients, NmfAlgorithms.CoefficientUpdate<T>(begin.Algorithm, begin.InnerSteps), maxThreads));
        (algorithm, innerSteps) = (begin.Algorithm, begin.InnerSteps);
        side!.Products.SumGram(coefficients);
        return new() { Alignment = side.Align(begin.Basis.Span), FittedGram = side.Products.Gram };
    }

    private ShardSums<T> Scale(SampleSide<T> side, double factor)
    {
        side.Scale(factor);
        return WithSums(side, side.Current, new());
    }

    private ShardSums<T> Step(SampleSide<T> side, ShardRequest<T>.Fit step)
    {
        side.Settle(step.Verdict, side.Ahead ?? 0);
        var alignment = side.Fit(step.Basis.Span);
        side.Products.SumGram(side.Current);
        var measures = ColumnMeasures.Of(side.Current, maxThreads);
        var terms = new ShardSums<T>
        {
            Alignment = alignment,
            FittedGram = (double[])side.Products.Gram.Clone(),
            ColumnSums = measures.Sums,
            ColumnSquares = measures.Squares,
        };
        return step.Ahead is { } ahead ? WithSums(side, side.Advance(ahead), terms) : terms;
    }

    private ShardSums<T> Resolve(SampleSide<T> side, ShardRequest<T>.Resolve resolve)
    {
        side.Settle(resolve.Verdict, resolve.Ahead);
        return WithSums(side, side.Current, new());
    }

    private ShardSums<T> Finish(SampleSide<T> side, ShardRequest<T>.Finish finish)
    {
        side.End(finish.Verdict);
        var measures = ColumnMeasures.Of(side.Best, maxThreads);
        return new()
        {
            Residual = side.Products.Residual(finish.Basis.Span, side.Best),
            ColumnSums = measures.Sums,
            ColumnSquares = measures.Squares,
        };
    }

    private ShardSums<T> WithSums(SampleSide<T> side, Panel<T> coefficients, ShardSums<T> terms)
    {
        side.Products.Sum(coefficients);
        side.Products.Transposed.CopyTo(product);
        return terms with { Product = product, Gram = side.Products.Gram };
    }

    private void Start(SampleSide<T> started)
    {
        side = started;
        product = new T[data.Features * started.Current.Columns];
    }

    private SampleSide<T> Begun() => side ?? throw NotBegun();

    private static InvalidOperationException NotBegun() => new("The fit of the shard has not begun.");
}
