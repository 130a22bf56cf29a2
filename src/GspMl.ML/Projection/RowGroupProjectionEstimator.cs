using GspMl.ML.Schema;
using Microsoft.ML;

namespace GspMl.ML;

/// <summary>
/// Makes each row sparse by itself: the row's columns, or segments of them, are the vectors of one group, and for each row the multiplier is
/// found at which their average Hoyer sparsity is the one asked for. Sparsity goes where a row can best afford it.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Known-sized vectors of <xref:System.Single> |
/// | Output column data type | Known-sized vectors of <xref:System.Single>, of the same sizes |
/// | Exportable to ONNX | Yes, by <xref:GspMl.ML.RowToRowTransformer.ExportToOnnx*>; ML.NET's own ConvertToOnnx begins after it |
///
/// The projection is that of Ohib, Gillis, Dalmasso, Shah, Potluru, Plis: *Explicit Group Sparse Projection with Applications to Deep
/// Learning and NMF*, TMLR 2022, section 3. A saved model finds the multiplier by halving an interval within its ONNX graph.
/// ]]></format>
/// </remarks>
public sealed class RowGroupProjectionEstimator : IEstimator<RowGroupProjectionTransformer>
{
    private readonly Options options;

    /// <summary>What to project, and how sparse to make it.</summary>
    public sealed class Options
    {
        /// <summary>The columns of the group: each input with the column that is added for it; an output of the input's name replaces it.</summary>
        public IReadOnlyList<InputOutputColumnPair> Columns { get; set; } = [];

        /// <summary>
        /// The lengths of the group's vectors, in the order of the columns' slots and in total as many. Null for one vector a column.
        /// A vector of length 1 passes through: no sparsity is defined for it.
        /// </summary>
        public IReadOnlyList<int>? Segments { get; set; }

        /// <summary>The average Hoyer sparsity of each row's vectors after projection, in [0,1].</summary>
        public double Sparsity { get; set; } = 0.5;

        /// <summary>A weight for each slot of all columns, at least 0 and in no vector all 0. Null for the plain form.</summary>
        public IReadOnlyList<float>? Weights { get; set; }

        /// <summary>Each vector is treated as if its norm were 1, so that vectors of large values are not spared at the cost of others.</summary>
        public bool UnitNorm { get; set; }
    }

    /// <summary>The estimator with these options.</summary>
    /// <param name="options">What to project, and how sparse.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public RowGroupProjectionEstimator(Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var columns = options.Columns;
        OptionChecks.Require(columns.Count > 0, nameof(options.Columns), "At least one column is needed.");
        foreach (var pair in columns) OptionChecks.Name(pair.OutputColumnName, nameof(options.Columns));
        OptionChecks.Distinct(columns.Select(pair => pair.OutputColumnName), nameof(options.Columns), "Two output columns have the same name.");
        OptionChecks.Distinct(columns.Select(pair => pair.InputColumnName), nameof(options.Columns), "An input column is named twice.");
        OptionChecks.Require(options.Segments?.All(n => n >= 1) ?? true, nameof(options.Segments), "Each segment needs at least one slot.");
        OptionChecks.Fraction(options.Sparsity, nameof(options.Sparsity));
        OptionChecks.Weights(options.Weights, nameof(options.Weights));
        this.options = options;
    }

    /// <summary>The promise: each output column is a vector of known size, with the slot names of its input.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or no vector of known size of <see cref="float"/>.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema.With(options.Columns.Select(pair =>
    {
        var named = SlotNames.Promised(inputSchema.RequireSingleVector(pair.InputColumnName));
        return SlotNames.PromisedVector(pair.OutputColumnName, named);
    }).ToList());

    /// <summary>Looks at the schema only.</summary>
    /// <param name="input">Data with the columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or no vector of known size of <see cref="float"/>.</exception>
    /// <exception cref="InvalidOperationException">Segments or weights do not fit the columns' sizes.</exception>
    public RowGroupProjectionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = options.Columns.Select(pair => input.Schema.RequireSingleVector(pair.InputColumnName)).ToList();
        var group = RowGroup.Of([.. columns.Select(column => column.VectorSize())], options.Segments, options.Weights);
        return new(new([.. options.Columns.Select(p => p.OutputColumnName)], [.. options.Columns.Select(p => p.InputColumnName)], group,
            options.Sparsity, options.UnitNorm, [.. columns.Select(SlotNames.Read)]));
    }
}
