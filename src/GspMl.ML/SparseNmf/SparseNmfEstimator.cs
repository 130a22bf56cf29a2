using GspMl.Factorization;
using GspMl.ML.Hosting;
using GspMl.ML.Rows;
using GspMl.ML.Schema;
using GspMl.ML.Validation;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>
/// Learns the parts that rows of non-negative features are made of, topics of texts or strokes of pictures, by sparse non-negative matrix
/// factorisation X ≈ C·Bᵀ; the new features of a row are its coefficients of the parts.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes: once, or for each iteration where memory is short |
/// | Input column data type | Known-sized vector of <xref:System.Single>, dense or sparse, with values of at least 0 |
/// | Output column data type | Known-sized vector of <xref:System.Single>: one coefficient of at least 0 for each component |
/// | Exportable to ONNX | Yes, by <xref:GspMl.ML.SparseNmfTransformer.ExportToOnnx*>; ML.NET's own ConvertToOnnx begins after it |
///
/// The algorithms are those of Ohib, Gillis, Dalmasso, Shah, Potluru, Plis: *Explicit Group Sparse Projection with Applications to Deep
/// Learning and NMF*, TMLR 2022, section 4.3: one number, the average sparsity of all components, is set, and how sparse each becomes is
/// found. The components are scaled to norm 1, so that a coefficient tells how much of a row's length a component makes up.
/// ]]></format>
/// </remarks>
public sealed partial class SparseNmfEstimator : IEstimator<SparseNmfTransformer>
{
    private readonly Options options;
    private readonly IHostEnvironment? environment;
    private readonly IHost? host;
    private readonly int seed;

    /// <summary>The estimator with these options.</summary>
    /// <param name="options">What to factorise, and how; what becomes of its list later does not matter.</param>
    /// <param name="environment">
    /// Receives progress and warnings as <c>MLContext.Log</c> shows them, ends a fit when it is cancelled, and gives the seed where the
    /// options have none: an <see cref="MLContext"/> is one.
    /// </param>
    /// <exception cref="ArgumentNullException">The options, or a column's name, are null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or two contradict each other.</exception>
    public SparseNmfEstimator(Options options, IHostEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options.Copied();
        this.options.Validate();
        this.environment = environment;
        host = environment?.Register(nameof(SparseNmfEstimator));
        seed = options.Seed ?? host?.Rand.Next() ?? 0;
    }

    /// <summary>The promise: the output column is a vector of known size with slot names.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The input column is missing or no vector of known size of <see cref="float"/>.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireSingleVector(options.Input);
        return inputSchema.With([SlotNames.PromisedVector(options.OutputColumnName, named: true)]);
    }

    /// <summary>Learns the components.</summary>
    /// <param name="input">The training rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The input column is missing or no vector of known size of <see cref="float"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There are no rows, or fewer slots than components; a row has another length than the column; or a value is negative or not finite:
    /// the message names column, row and slot.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled, by the token or by the <see cref="MLContext"/>.</exception>
    public SparseNmfTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var rows = new VectorRows(input, options.Input, nonNegative: true);
        OptionChecks.WeightCount(options.FeatureWeights, rows.Size, options.Input);
        RequireSlots(rows.Size);
        using var channel = host?.Start(nameof(Fit));
        using var cancellation = new FitCancellation(host, options.CancellationToken);
        var result = Factorise(rows, channel, cancellation.Token);
        cancellation.ThrowIfCancelled();
        var learned = SparseNmfModel.Of(options.OutputColumnName, options.Input, rows.SlotNames, result);
        var model = new SparseNmfTransformer(learned, environment);
        SparseNmfMessages.Finished(channel, result, model, options.Sparsity);
        return model;
    }

    private NmfResult<float> Factorise(VectorRows rows, IChannel? channel, CancellationToken cancel)
    {
        var progress = new SparseNmfMessages.Progress(channel);
        if (RowCollector.Collect(rows, options.MaxValuesInMemory, cancel) is { } data)
        {
            var size = $"{data.Samples} rows of {data.Features} slots";
            channel?.Info(MessageSensitivity.None, $"{size} are in memory with {data.StoredValues} values.");
            return NonnegativeFactorization.Fit(data, CoreOptions(), progress: progress, cancel: cancel);
        }
        var bound = $"The data hold more than {options.MaxValuesInMemory} values";
        channel?.Info(MessageSensitivity.None, $"{bound}: they are read again for each iteration.");
        var source = new RowBatchSource(rows, options.Rank, cancel);
        if (!options.NeedsCoefficients) return NonnegativeFactorization.Fit(source, CoreOptions(), progress: progress, cancel: cancel);
        var streamed = new StreamedData<float>(source);
        RequireRoomForCoefficients(streamed.Samples);
        return NonnegativeFactorization.Fit(streamed, CoreOptions(), progress: progress, cancel: cancel);
    }

    private void RequireSlots(int slots)
    {
        if (options.Rank > slots)
        {
            throw new InvalidOperationException(
                $"Column '{options.Input}' has {slots} slots, fewer than the {options.Rank} components asked for: "
                + $"set a rank of at most {slots}.");
        }
    }

    /// <summary>What couples all rows needs their coefficients in memory, if not the rows themselves.</summary>
    private void RequireRoomForCoefficients(int rows)
    {
        var needed = (long)rows * options.Rank;
        if (needed <= options.MaxValuesInMemory) return;
        var option = options.CoefficientSparsity is null ? nameof(options.Initialization) : nameof(options.CoefficientSparsity);
        throw new InvalidOperationException(
            $"{option} needs the coefficients of all {rows} rows, {needed} values, in memory; "
            + $"{nameof(options.MaxValuesInMemory)} is {options.MaxValuesInMemory}.");
    }

    private NmfOptions CoreOptions() => new()
    {
        Rank = options.Rank,
        Algorithm = options.Algorithm,
        BasisSparsity = options.Sparsity,
        CoefficientSparsity = options.CoefficientSparsity,
        FeatureWeights = options.FeatureWeights?.Select(w => (double)w).ToArray(),
        MaxIterations = options.MaxIterations,
        Tolerance = options.Tolerance,
        MaxTime = options.MaxTime,
        Initialization = options.Initialization,
        Seed = seed,
        MaxThreads = options.MaxThreads,
    };
}
