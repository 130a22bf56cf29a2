using GspMl.ML.Rows;
using GspMl.ML.Schema;
using GspMl.Projection;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>
/// Makes feature vectors sparse by grouped sparse projection with one multiplier for all data: the training rows are the group, and the
/// multiplier μ is found for which their average Hoyer sparsity is the one asked for. Rows that are sparse already are changed least.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes: about ten passes |
/// | Input column data type | Known-sized vector of <xref:System.Single> |
/// | Output column data type | Known-sized vector of <xref:System.Single>, of the same size |
/// | Exportable to ONNX | Yes, by <xref:GspMl.ML.RowToRowTransformer.ExportToOnnx*>; ML.NET's own ConvertToOnnx begins after it |
///
/// Each row c becomes x = α u with u = normalise((|c| − μ β w)₊), α = |c|ᵀu, β = 1/(‖w‖₂ − min w), and the signs of c put back
/// (Ohib, Gillis, Dalmasso, Shah, Potluru, Plis: *Explicit Group Sparse Projection with Applications to Deep Learning and NMF*,
/// TMLR 2022, section 3). Memory is bounded by one batch of rows.
/// ]]></format>
/// </remarks>
public sealed class GspProjectionEstimator : IEstimator<GspProjectionTransformer>
{
    private const double SmallestBracket = 1e-12; // of the multiplier: below it the sparsity jumps, as it does where largest entries tie

    private readonly Options options;
    private readonly IHostEnvironment? environment;

    /// <summary>What to project, and how sparse to make it.</summary>
    public sealed class Options
    {
        /// <summary>The column that is added.</summary>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>The column that is read; null means the one of <see cref="OutputColumnName"/>, which is then replaced.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>The average Hoyer sparsity of the training rows after projection, in [0,1].</summary>
        public double Sparsity { get; set; } = 0.5;

        /// <summary>A weight for each slot, at least 0 and not all 0: a slot of greater weight is dropped sooner. Null for the plain form.</summary>
        public IReadOnlyList<float>? Weights { get; set; }

        /// <summary>Each row is treated as if its norm were 1, so that rows of large values are not spared at the cost of others.</summary>
        public bool UnitNorm { get; set; }

        /// <summary>The greatest difference allowed between the average sparsity reached and the one asked for.</summary>
        public double Tolerance { get; set; } = GspProjector<float>.DefaultTolerance;

        /// <summary>The most values held in memory at once while fitting.</summary>
        public int BatchValues { get; set; } = 1 << 22;

        /// <summary>Ends a fit that is under way with an <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; set; }
    }

    /// <summary>The estimator with these options.</summary>
    /// <param name="options">What to project, and how sparse.</param>
    /// <param name="environment">Receives progress and warnings as <c>MLContext.Log</c> shows them: an <see cref="MLContext"/> is one.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public GspProjectionEstimator(Options options, IHostEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionChecks.Name(options.OutputColumnName, nameof(options.OutputColumnName));
        OptionChecks.Fraction(options.Sparsity, nameof(options.Sparsity));
        OptionChecks.Weights(options.Weights, nameof(options.Weights));
        OptionChecks.Positive(options.Tolerance, nameof(options.Tolerance));
        OptionChecks.Positive(options.BatchValues, nameof(options.BatchValues));
        this.options = options;
        this.environment = environment;
    }

    private string InputColumnName => options.InputColumnName ?? options.OutputColumnName;

    /// <summary>The promise: the output column is a vector of known size, with the slot names of the input.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or no vector of known size of <see cref="float"/>.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        var named = SlotNames.Promised(inputSchema.RequireSingleVector(InputColumnName));
        return inputSchema.With([SlotNames.PromisedVector(options.OutputColumnName, named)]);
    }

    /// <summary>Finds the multiplier. Reads the data about ten times; cache it before if reading is slow.</summary>
    /// <param name="input">The training rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or no vector of known size of <see cref="float"/>.</exception>
    /// <exception cref="InvalidOperationException">There are no rows, or a value is not finite; the message names row and slot.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public GspProjectionTransformer Fit(IDataView input)
    {
        var rows = new VectorRows(input, InputColumnName, nonNegative: false);
        OptionChecks.WeightCount(options.Weights, rows.Size, InputColumnName);
        if (rows.Size < 2)
            throw new InvalidOperationException($"Column '{InputColumnName}' has {rows.Size} slots: a sparsity is defined from 2 slots on.");
        using var channel = environment?.Start(nameof(GspProjectionEstimator));
        var found = Search(rows, channel);
        if (found.Ending == ProjectionEnding.JumpedOver)
            channel?.Warning(MessageSensitivity.None, $"The sparsity jumps over {options.Sparsity} at multiplier {found.Multiplier}: it is {options.Sparsity + found.Gap}.");
        return new(new(
            options.OutputColumnName, InputColumnName, rows.Size, found.Multiplier, options.Sparsity + found.Gap,
            [.. options.Weights ?? []], options.UnitNorm, rows.SlotNames));
    }

    private MultiplierSearch Search(VectorRows rows, IChannel? channel)
    {
        var projector = new GspProjector<float>(new() { UnitNorm = options.UnitNorm });
        var weights = options.Weights?.ToArray() ?? [];
        var guess = Guess(projector, rows, weights);
        var search = new MultiplierSearch(guess > 0 ? guess : 1, options.Tolerance, SmallestBracket);
        Evaluate(0);
        search.Suggest(guess);
        while (search.Ending is null) Evaluate(search.Next);
        return search;

        void Evaluate(double multiplier)
        {
            var at = SparsityAt(projector, rows, weights, multiplier);
            search.Record(multiplier, at.Sparsity - options.Sparsity, at.Derivative);
            var line = $"Pass {search.Evaluations} over {at.Vectors} rows: average sparsity {at.Sparsity:F6} at multiplier {multiplier:G6}.";
            channel?.Info(MessageSensitivity.None, line);
        }
    }

    private SparsityAtMultiplier SparsityAt(GspProjector<float> projector, VectorRows rows, float[] weights, double multiplier)
    {
        double sparsity = 0, derivative = 0;
        long vectors = 0;
        foreach (var batch in rows.ReadBatches(BatchRows(rows.Size), options.CancellationToken))
        {
            var at = projector.MeasureSparsity(batch.Span, VectorLayout.Rows(batch.Length / rows.Size, rows.Size), multiplier, weights);
            sparsity += at.Sparsity * at.Vectors;
            derivative += at.Derivative * at.Vectors;
            vectors += at.Vectors;
        }
        if (vectors == 0) throw new InvalidOperationException("There are no rows to fit the projection to.");
        return new(sparsity / vectors, derivative / vectors, vectors);
    }

    /// <summary>The multiplier of the first batch alone: where the data is alike, the right one to a few digits.</summary>
    private double Guess(GspProjector<float> projector, VectorRows rows, float[] weights)
    {
        foreach (var batch in rows.ReadBatches(BatchRows(rows.Size), options.CancellationToken))
        {
            var scratch = new float[batch.Length];
            var layout = VectorLayout.Rows(batch.Length / rows.Size, rows.Size);
            return projector.Project(batch.Span, scratch, layout, SparsityTarget.Hoyer(options.Sparsity), weights, options.CancellationToken).Multiplier;
        }
        return 0;
    }

    private int BatchRows(int size) => Math.Max(1, options.BatchValues / size);
}
