using GspMl.ML.Fitted;
using GspMl.ML.Saving;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>
/// Projects the vectors of each row as one group, see <see cref="RowGroupProjectionEstimator"/>. A row takes about three passes over its
/// slots. Safe to use from several threads; a saved model loads where GspMl is not.
/// </summary>
public sealed class RowGroupProjectionTransformer : IOnnxExportable, IGraphComponent
{
    private readonly RowGroupModel model;
    private readonly FittedComponent fitted;

    internal RowGroupProjectionTransformer(RowGroupModel model, IHostEnvironment? environment = null)
    {
        this.model = model;
        fitted = new(schema => RowGroupMapping.Of(schema, model), () => new RowGroupGraph(model), environment);
    }

    /// <summary>The average Hoyer sparsity that each row is brought to.</summary>
    public double Sparsity => model.Sparsity;

    /// <summary>True: each row's values depend on that row alone.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema with the columns added; a column of the same name is hidden.</summary>
    /// <param name="inputSchema">The schema of the data to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, or is no vector of <see cref="float"/> of the size that was fitted.
    /// </exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => fitted.GetOutputSchema(inputSchema);

    /// <summary>
    /// The data with the columns added. Nothing is computed until the rows are read; one of another length is refused then.
    /// </summary>
    /// <param name="input">The data to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, or is no vector of <see cref="float"/> of the size that was fitted.
    /// </exception>
    public IDataView Transform(IDataView input) => fitted.Transform(input);

    /// <summary>The same for single rows.</summary>
    /// <param name="inputSchema">The schema of the rows to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing, or is no vector of <see cref="float"/> of the size that was fitted.
    /// </exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => fitted.GetRowToRowMapper(inputSchema);

    /// <inheritdoc/>
    public void ExportToOnnx(Stream stream) => fitted.ExportToOnnx(stream);

    /// <inheritdoc/>
    public void ExportToOnnx(string path) => fitted.ExportToOnnx(path);

    byte[] IGraphComponent.ToBatchModel(Func<string, string> inputName, Func<string, string> outputName) =>
        fitted.ToBatchModel(inputName, outputName);

    /// <summary>
    /// Saves an ONNX transformer in this one's place; needs the native ONNX Runtime, which fitting and transforming do not.
    /// </summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) => fitted.Save(ctx);

    internal static RowGroupProjectionTransformer Restore(SavedGraph saved, IHostEnvironment? environment)
    {
        var weights = saved.Numbers<float>(RowGroupGraph.WeightsKey);
        var group = RowGroup.Of(
            [.. saved.Inputs.Select(c => c.Size)],
            saved.Numbers<int>(RowGroupGraph.LengthsKey),
            weights.Length > 0 ? weights : null);
        return new(new(
            [.. saved.Outputs.Select(c => c.Name)], [.. saved.Inputs.Select(c => c.Name)], group,
            saved.Number("sparsity"), saved.Flag("unit-norm"), [.. saved.Outputs.Select(c => c.SlotNames)],
            [.. saved.Outputs.Select(c => c.Dimensions)]), environment);
    }
}
