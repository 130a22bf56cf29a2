using GspMl.Factorization;
using GspMl.ML.Rows;
using GspMl.ML.Schema;
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
/// | Does this estimator need to look at the data to train its parameters? | Yes: once, or once for each iteration where the data do not fit into memory |
/// | Input column data type | Known-sized vector of <xref:System.Single>, dense or sparse, with values of at least 0 |
/// | Output column data type | Known-sized vector of <xref:System.Single>: one coefficient of at least 0 for each component |
/// | Exportable to ONNX | Yes, by <xref:GspMl.ML.RowToRowTransformer.ExportToOnnx*>; ML.NET's own ConvertToOnnx begins after it |
///
/// The algorithms are those of Ohib, Gillis, Dalmasso, Shah, Potluru, Plis: *Explicit Group Sparse Projection with Applications to Deep
/// Learning and NMF*, TMLR 2022, section 4.3: one number, the average sparsity of all components, is set, and how sparse each becomes is found.
/// The components are scaled to norm 1, so that a coefficient tells how much of a row's length a component makes up.
/// ]]></format>
/// </remarks>
public sealed partial class SparseNmfEstimator : IEstimator<SparseNmfTransformer>
{
    private readonly Options options;
    private readonly IHostEnvironment? environment;
    private readonly int seed;

    /// <summary>The estimator with these options.</summary>
    /// <param name="options">What to factorise, and how.</param>
    /// <param name="environment">
    /// Receives progress and warnings as <c>MLContext.Log</c> shows them, and gives the seed where the options have none: an <see cref="MLContext"/> is one.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or two contradict each other.</exception>
    public SparseNmfEstimator(Options options, IHostEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        SparseNmfChecks.Check(options);
        this.options = options;
        this.environment = environment;
        seed = options.Seed ?? environment?.Register(nameof(SparseNmfEstimator)).Rand.Next() ?? 0;
    }

    private string InputColumnName => options.InputColumnName ?? options.OutputColumnName;

    /// <summary>The promise: the output column is a vector of known size with slot names.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or no vector of known size of <see cref="float"/>.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        inputSchema.RequireSingleVector(InputColumnName);
        return inputSchema.With([SlotNames.PromisedVector(options.OutputColumnName, named: true)]);
    }

    /// <summary>Learns the components.</summary>
    /// <param name="input">The training rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or no vector of known size of <see cref="float"/>.</exception>
    /// <exception cref="InvalidOperationException">There are no rows; a row has another length than the column; or a value is negative or not finite: the message names column, row and slot.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public SparseNmfTransformer Fit(IDataView input)
    {
        var rows = new VectorRows(input, InputColumnName, nonNegative: true);
        OptionChecks.WeightCount(options.Weights, rows.Size, InputColumnName);
        using var channel = environment?.Start(nameof(SparseNmfEstimator));
        var result = Factorise(rows, channel);
        options.CancellationToken.ThrowIfCancellationRequested();
        var model = new SparseNmfTransformer(SparseNmfModel.Of(options.OutputColumnName, InputColumnName, rows.SlotNames, result));
        SparseNmfMessages.Finished(channel, result, model, options.Sparsity);
        return model;
    }

    private NmfResult<float> Factorise(VectorRows rows, IChannel? channel)
    {
        var progress = new SparseNmfMessages.Progress(channel);
        var cancel = options.CancellationToken;
        if (RowCollector.Collect(rows, options.MaximumValuesInMemory, cancel) is { } data)
        {
            channel?.Info(MessageSensitivity.None, $"{data.Samples} rows of {data.Features} slots are in memory with {data.StoredValues} values.");
            return NonnegativeFactorization.Fit(data, CoreOptions(), progress: progress, cancel: cancel);
        }
        channel?.Info(MessageSensitivity.None, $"The data hold more than {options.MaximumValuesInMemory} values: they are read again for each iteration.");
        var source = new RowBatchSource(rows, options.Rank, cancel);
        if (!NeedsCoefficients) return NonnegativeFactorization.Fit(source, CoreOptions(), progress: progress, cancel: cancel);
        var streamed = new StreamedData<float>(source);
        SparseNmfChecks.CheckCoefficients(options, streamed.Samples);
        return NonnegativeFactorization.Fit(streamed, CoreOptions(), progress: progress, cancel: cancel);
    }

    /// <summary>Whether every row's coefficients must be kept through the fit.</summary>
    private bool NeedsCoefficients => options.CoefficientSparsity is not null || options.Initialization != NmfInitialization.Random;

    private NmfOptions CoreOptions() => new()
    {
        Rank = options.Rank,
        Algorithm = options.Algorithm,
        BasisSparsity = options.Sparsity,
        CoefficientSparsity = options.CoefficientSparsity,
        FeatureWeights = options.Weights?.Select(w => (double)w).ToArray(),
        MaxIterations = options.MaximumNumberOfIterations,
        Tolerance = options.Tolerance,
        MaxTime = options.MaximumTime,
        Initialization = options.Initialization,
        Seed = seed,
        MaxThreads = options.NumberOfThreads,
    };
}
