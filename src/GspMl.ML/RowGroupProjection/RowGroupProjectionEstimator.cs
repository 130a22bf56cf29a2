using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>
/// Makes each row sparse by itself: the row's columns, or segments of them, are the vectors of one group, and for each row the multiplier
/// is found at which their average Hoyer sparsity is the one asked for. Sparsity goes where a row can best afford it.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Known-sized vectors of <xref:System.Single> |
/// | Output column data type | Known-sized vectors of <xref:System.Single>, of the same sizes |
/// | Exportable to ONNX | Yes, by <xref:GspMl.ML.RowGroupProjectionTransformer.ExportToOnnx*>; ML.NET's own ConvertToOnnx begins after it |
///
/// The projection is that of Ohib, Gillis, Dalmasso, Shah, Potluru, Plis: *Explicit Group Sparse Projection with Applications to Deep
/// Learning and NMF*, TMLR 2022, section 3. A saved model finds the multiplier by halving an interval within its ONNX graph.
/// ]]></format>
/// </remarks>
public sealed partial class RowGroupProjectionEstimator : IEstimator<RowGroupProjectionTransformer>
{
    private readonly Options options;
    private readonly IHostEnvironment? environment;

    /// <summary>The estimator with these options.</summary>
    /// <param name="options">What to project, and how sparse; what becomes of its lists later does not matter.</param>
    /// <param name="environment">Says where a save puts its temporary files: an <see cref="MLContext"/> is one.</param>
    /// <exception cref="ArgumentNullException">The options, the columns, one of them or a name is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public RowGroupProjectionEstimator(Options options, IHostEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options.Copied();
        this.options.Validate();
        this.environment = environment;
    }

    /// <summary>The promise: each output column is a vector of known size, of the shape and slot names of its input.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An input column is missing or no vector of known size of <see cref="float"/>.
    /// </exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(options.Columns.Select(Promise).ToList());

        DataViewSchema.DetachedColumn Promise(InputOutputColumnPair pair) =>
            KeptSlots.Promised(pair.OutputColumnName, inputSchema.RequireSingleVector(pair.InputColumnName));
    }

    /// <summary>Looks at the schema only.</summary>
    /// <param name="input">Data with the columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// An input column is missing or no vector of known size of <see cref="float"/>.
    /// </exception>
    /// <exception cref="InvalidOperationException">Segments or weights do not fit the columns' sizes.</exception>
    public RowGroupProjectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = options.Columns.Select(pair => input.Schema.RequireSingleVector(pair.InputColumnName)).ToList();
        var group = RowGroup.Of([.. columns.Select(column => column.VectorSize())], options.Segments, options.FeatureWeights);
        return new(new(
            [.. options.Columns.Select(pair => pair.OutputColumnName)], [.. options.Columns.Select(pair => pair.InputColumnName)], group,
            options.Sparsity, options.UnitNorm, [.. columns.Select(SlotNames.Read)],
            [.. columns.Select(column => column.Shape())]), environment);
    }
}
