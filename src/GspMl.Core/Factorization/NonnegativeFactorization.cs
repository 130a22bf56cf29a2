using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Non-negative matrix factorisation X ≈ C·Bᵀ, with or without sparsity: data X (samples × features), coefficients C (samples × rank),
/// basis B (features × rank). Basis and coefficients are updated in turn; C·Bᵀ is never formed: ‖X − C·Bᵀ‖² = ‖X‖² − 2⟨X·B, C⟩ + ⟨Cᵀ·C,
/// Bᵀ·B⟩.
/// </summary>
/// <remarks>
/// Rows and features that are all zero get zero coefficients and zero basis entries. Data that is all zero is fitted with error 0. A rank
/// above the dimensions of X is allowed; the surplus columns are redundant. The scale of the data does not matter: values far from 1 are
/// computed with times a power of four, and the factors scaled back; both get half of the scale.
/// </remarks>
public static class NonnegativeFactorization
{
    /// <summary>
    /// Fits both factors to data in memory, or to <see cref="StreamedData{T}"/>. Cost of an iteration: 2 · stored values · rank
    /// multiply-adds, and rank² for each row and feature and inner step.
    /// </summary>
    /// <param name="data">X, dense, sparse or streamed.</param>
    /// <param name="options">Rank, algorithm, sparsity, when to end.</param>
    /// <param name="start">Factors to start from; null: as the options say. The basis is updated first.</param>
    /// <param name="progress">Told of every iteration, on the calling thread.</param>
    /// <param name="cancel">Looked at after every iteration.</param>
    /// <returns>The best iterate, and the trace.</returns>
    /// <exception cref="ArgumentException">
    /// The options contradict each other or the data; a starting factor has the wrong shape or a bad value; the data, or the factors
    /// started from, lie so far from 1 that double cannot hold their squares (1e±140).
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static NmfResult<T> Fit<T>(
        DataMatrix<T> data, NmfOptions options, StartFactors<T>? start = null, IProgress<NmfIteration>? progress = null,
        CancellationToken cancel = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        options.ValidateFor(data.Features);
        options.ValidateForSamples(data.Samples);
        start?.Check(data.Samples, data.Features, options.Rank);
        if (DataScale.Of(data) is var scale and not 0)
            return Fit(new ScaledData<T>(data, scale), options, start?.Scaled(-scale), progress, cancel).Scaled(scale);
        var progression = new Progression(options, progress, cancel);
        var (basis, coefficients) = Start(data, options, start);
        return Fit(data, options, basis, coefficients, progression, cancel);
    }

    /// <summary>
    /// Fits the basis to rows in shards, of which each keeps its coefficients: rows of several matrices, or on several machines. The same
    /// shards, grouped alike, give the same bits wherever they are; one shard in memory gives those of the fit in memory.
    /// Cost of an iteration: that in memory, shared by the shards; features × rank numbers to each shard and back, in one round, or two
    /// where a step is taken back.
    /// </summary>
    /// <param name="shards">
    /// At least one, in the order of the rows. Above ten they are added up in groups of ten (<see cref="ShardGroup{T}.Tree"/>).
    /// </param>
    /// <param name="options">As for data in memory; the start is random, and the coefficients cannot be made sparse.</param>
    /// <param name="progress">Told of every iteration.</param>
    /// <param name="cancel">Handed to the shards.</param>
    /// <returns>The best basis, its error and the trace; no coefficients.</returns>
    /// <exception cref="ArgumentException">
    /// The options contradict each other or the data, or do not suit shards; the shards differ in their features; there is none.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Task<NmfResult<T>> FitAsync<T>(
        IEnumerable<IShard<T>> shards, NmfOptions options, IProgress<NmfIteration>? progress = null, CancellationToken cancel = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(shards);
        CheckSharded(options);
        var tree = ShardGroup<T>.Tree(shards);
        return Task.Run(() => ShardStart.FitAsync(tree, options, progress, cancel), cancel);
    }

    /// <summary>Refuses options that do not suit a fit to shards, before there are any: they may take long to be made.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentException">An option has an impossible value, or couples all samples; the message names it.</exception>
    public static void CheckSharded(NmfOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        options.ValidateSharded();
    }

    /// <summary>
    /// Fits the basis to rows that are read in passes, where even the coefficients are too many for the memory, which is bounded by
    /// features × rank and the batch; <see cref="NonnegativeEncoder{T}"/> gives the coefficients. The basis is updated after every batch,
    /// and
    /// <see cref="NmfOptions.MaxIterations"/> counts passes. A last pass computes the error.
    /// </summary>
    /// <param name="source">The rows.</param>
    /// <param name="options">As for data in memory; the start is random or given, and the coefficients cannot be made sparse.</param>
    /// <param name="batchRows">Rows in a batch, at least 1; several times the rank is wise.</param>
    /// <param name="startBasis">A basis to start from (features × rank); null: random.</param>
    /// <param name="progress">
    /// Told of every pass, on the calling thread. Its error is that of the basis after the pass with the coefficients found during it.
    /// </param>
    /// <param name="cancel">Looked at after every batch.</param>
    /// <returns>The best basis, and the trace; no coefficients.</returns>
    /// <exception cref="ArgumentException">
    /// The options do not suit streamed data, there are no rows, or a value is negative, NaN or infinite (the message names row and
    /// feature).
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static NmfResult<T> Fit<T>(
        IRowSource<T> source, NmfOptions options, int batchRows = 1024, DenseMatrix<T>? startBasis = null,
        IProgress<NmfIteration>? progress = null, CancellationToken cancel = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchRows, 1);
        return Fit(new RowBatches<T>(source, batchRows), options, startBasis, progress, cancel);
    }

    /// <summary>The same for batches that are cut already, dense or sparse; several times the rank in rows is wise.</summary>
    /// <param name="source">The batches.</param>
    /// <param name="options">As for data in memory; the start is random or given, and the coefficients cannot be made sparse.</param>
    /// <param name="startBasis">A basis to start from (features × rank); null: random.</param>
    /// <param name="progress">Told of every pass, on the calling thread.</param>
    /// <param name="cancel">Looked at after every batch.</param>
    /// <returns>The best basis, and the trace; no coefficients.</returns>
    /// <exception cref="ArgumentException">The options do not suit streamed data, or there are no rows.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static NmfResult<T> Fit<T>(
        IBatchSource<T> source, NmfOptions options, DenseMatrix<T>? startBasis = null, IProgress<NmfIteration>? progress = null,
        CancellationToken cancel = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        options.ValidateFor(source.Features);
        options.ValidateStreamed(startBasis is not null);
        if (startBasis is not null) StartFactors<T>.Check(startBasis, source.Features, options.Rank, "basis");
        if (source.Read().FirstOrDefault() is { } first && DataScale.Of(first) is var scale and not 0)
            return Fit(new ScaledBatches<T>(source, scale), options, startBasis?.TimesPowerOfTwo(-scale), progress, cancel).Scaled(scale);
        var basis = startBasis is null
            ? RandomStart.Basis<T>(source.Features, options)
            : Panel<T>.From(startBasis);
        return new StreamFit<T>(source, options, new Progression(options, progress, cancel), cancel).Run(basis);
    }

    /// <summary>The case of one shard. Its answers come at once, on the calling thread.</summary>
    private static NmfResult<T> Fit<T>(
        DataMatrix<T> data, NmfOptions options, Panel<T> basis, Panel<T> coefficients, Progression progression, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var shard = new MemoryShard<T>(data, coefficients, NmfAlgorithms.CoefficientUpdate<T>(options), options.MaxThreads);
        var rows = shard.StepAsync(new ShardRequest<T>.Open(), cancel).GetAwaiter().GetResult();
        var sums = shard.StepAsync(new ShardRequest<T>.Resolve { Number = 1 }, cancel).GetAwaiter().GetResult();
        var fit = new ShardFit<T>(shard, rows, basis, options, number: 1, progression, cancel);
        return fit.RunAsync(sums).GetAwaiter().GetResult().With(shard.Coefficients);
    }

    private static (Panel<T> Basis, Panel<T> Coefficients) Start<T>(DataMatrix<T> data, NmfOptions options, StartFactors<T>? start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (start is not null) return (Panel<T>.From(start.Basis), Panel<T>.From(start.Coefficients));
        return options.Initialization == NmfInitialization.Random ? RandomStart.Create(data, options) : SingularStart.Create(data, options);
    }
}
