using GspMl.ML.Hosting;
using GspMl.ML.Rows;
using GspMl.ML.Schema;
using GspMl.ML.Validation;
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
/// | Exportable to ONNX | Yes, by <xref:GspMl.ML.GspProjectionTransformer.ExportToOnnx*>; ML.NET's own ConvertToOnnx begins after it |
///
/// Each row c becomes x = α u with u = normalise((|c| − μ β w)₊), α = |c|ᵀu, β = 1/(‖w‖₂ − min w), and the signs of c put back
/// (Ohib, Gillis, Dalmasso, Shah, Potluru, Plis: *Explicit Group Sparse Projection with Applications to Deep Learning and NMF*,
/// TMLR 2022, section 3). Memory is bounded by one batch of rows.
/// ]]></format>
/// </remarks>
public sealed partial class GspProjectionEstimator : IEstimator<GspProjectionTransformer>
{
    private readonly Options options;
    private readonly IHostEnvironment? environment;
    private readonly IHost? host;

    /// <summary>The estimator with these options.</summary>
    /// <param name="options">What to project, and how sparse; what becomes of its list later does not matter.</param>
    /// <param name="environment">
    /// Receives progress and warnings as <c>MLContext.Log</c> shows them, and ends a fit when it is cancelled: an
    /// <see cref="MLContext"/> is one.
    /// </param>
    /// <exception cref="ArgumentNullException">The options, or a column's name, are null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public GspProjectionEstimator(Options options, IHostEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options.Copied();
        this.options.Validate();
        this.environment = environment;
        host = environment?.Register(nameof(GspProjectionEstimator));
    }

    /// <summary>The promise: the output column is a vector of known size, of the input's shape and slot names.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The input column is missing or no vector of known size of <see cref="float"/>.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With([KeptSlots.Promised(options.OutputColumnName, inputSchema.RequireSingleVector(options.Input))]);
    }

    /// <summary>Finds the multiplier. Reads the data about ten times; cache it before if reading is slow.</summary>
    /// <param name="input">The training rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The input column is missing or no vector of known size of <see cref="float"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// There are no rows; a row has another length than the column; or a value is not finite: the message names column, row and slot.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled, by the token or by the <see cref="MLContext"/>.</exception>
    public GspProjectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var rows = new VectorRows(input, options.Input, nonNegative: false);
        OptionChecks.WeightCount(options.FeatureWeights, rows.Size, options.Input);
        if (rows.Size < 2)
            throw new InvalidOperationException($"Column '{options.Input}' has {rows.Size} slots: a sparsity is defined from 2 slots on.");
        using var channel = host?.Start(nameof(Fit));
        using var cancellation = new FitCancellation(host, options.CancellationToken);
        var found = new MultiplierFit(rows, options, channel, cancellation.Token).Find();
        cancellation.ThrowIfCancelled();
        if (found.Ending is ProjectionEnding.JumpedOver or ProjectionEnding.Unreachable)
        {
            var reached = $"at multiplier {found.Multiplier} it is {found.Sparsity}";
            channel?.Warning(MessageSensitivity.None, $"The sparsity jumps over {options.Sparsity}: {reached}.");
        }
        return new(new(
            options.OutputColumnName, options.Input, rows.Shape, found.Multiplier, found.Sparsity,
            [.. options.FeatureWeights ?? []], options.UnitNorm, rows.SlotNames), environment);
    }
}
