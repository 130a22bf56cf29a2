using GspMl.ML.Fitted;
using GspMl.ML.Saving;
using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>
/// Projects each row with the multiplier that was found for the training rows, see <see cref="GspProjectionEstimator"/>.
/// A row takes O(slots) time. Safe to use from several threads; a saved model loads where GspMl is not.
/// </summary>
public sealed class GspProjectionTransformer : IOnnxExportable, IGraphComponent
{
    private readonly GspProjectionModel model;
    private readonly FittedComponent fitted;

    internal GspProjectionTransformer(GspProjectionModel model, IHostEnvironment? environment = null)
    {
        this.model = model;
        fitted = new(
            schema => new ThresholdMapping(schema.RequireSingleVector(model.Input, model.Size), model),
            () => new ThresholdGraph(model), environment);
    }

    /// <summary>
    /// The multiplier μ, in the units of the data (with unit norm: of rows of norm 1); 0 when the rows were sparse enough.
    /// </summary>
    public double Multiplier => model.Multiplier;

    /// <summary>The average Hoyer sparsity of the projected training rows.</summary>
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

    internal static GspProjectionTransformer Restore(SavedGraph saved, IHostEnvironment? environment) => new(new(
        saved.Outputs[0].Name, saved.Inputs[0].Name, saved.Inputs[0].Dimensions, saved.Number("multiplier"), saved.Number("sparsity"),
        saved.Numbers<float>(ThresholdGraph.WeightsKey), saved.Flag("unit-norm"), saved.Outputs[0].SlotNames), environment);
}
