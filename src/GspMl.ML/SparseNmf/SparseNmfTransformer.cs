using GspMl.Factorization;
using GspMl.LinearAlgebra;
using GspMl.ML.Fitted;
using GspMl.ML.Saving;
using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace GspMl.ML;

/// <summary>
/// Encodes rows by the components that a <see cref="SparseNmfEstimator"/> learned: a row's coefficients h ≥ 0 minimise ‖x − B·h‖² exactly.
/// A row takes (values that are not zero) × rank multiply-adds and some rank². Safe to use from several threads; a saved model loads where
/// GspMl is not.
/// </summary>
public sealed class SparseNmfTransformer : IOnnxExportable, IGraphComponent
{
    private readonly SparseNmfModel model;
    private readonly NonnegativeEncoder<float> encoder;
    private readonly FittedComponent fitted;

    internal SparseNmfTransformer(SparseNmfModel model, IHostEnvironment? environment = null)
    {
        this.model = model;
        var problem = new EncodingProblem(model.Basis);
        encoder = new(model.Basis, problem.Ridge);
        Encoding = new(problem.ConditionNumber, problem.Ridge, problem.MostIterations);
        fitted = new(
            schema => new EncodingMapping(schema.RequireSingleVector(model.Input, model.Basis.Rows), model, encoder),
            () => new EncodingGraph(model, problem), environment);
    }

    /// <summary>The number of components.</summary>
    public int Rank => model.Basis.Columns;

    /// <summary>
    /// The components as columns, slots × rank; each has norm 1, or is zero where the rank is above what the data need. A copy.
    /// </summary>
    public DenseMatrix<float> Basis => model.Basis.Clone();

    /// <summary>The average Hoyer sparsity of the components (weighted, if there were weights).</summary>
    public double Sparsity => model.Sparsity;

    /// <summary>‖X − C·Bᵀ‖/‖X‖ of the training rows.</summary>
    public double RelativeError => model.RelativeError;

    /// <summary>The iterations of the fit.</summary>
    public int Iterations => model.Iterations;

    /// <summary>Error and sparsity after each iteration; empty for a model that was saved and loaded.</summary>
    public IReadOnlyList<NmfIteration> Trace => model.Trace;

    /// <summary>How well posed the encoding is.</summary>
    public SparseNmfEncoding Encoding { get; }

    internal IReadOnlyList<string> SlotNames => model.SlotNames;

    internal int EmptyComponents =>
        Enumerable.Range(0, Rank).Count(k => Enumerable.Range(0, model.Basis.Rows).All(j => model.Basis[j, k] == 0));

    /// <summary>The slots that a component is mostly made of, largest first; slots that have no share in it are left out.</summary>
    /// <param name="component">The component, from 0.</param>
    /// <param name="count">The most slots to name.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such component, or the count is negative.</exception>
    public IReadOnlyList<ComponentFeature> GetTopFeatures(int component, int count = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(component);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(component, Rank);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return model.TopFeatures(component, count);
    }

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

    /// <summary>Encodes one dense row without a data view. Safe to call from several threads.</summary>
    /// <param name="row">The row: a finite value for each slot.</param>
    /// <param name="coefficients">Receives the coefficients, as many as <see cref="Rank"/>.</param>
    /// <exception cref="ArgumentException">A length is wrong, or a value is not finite.</exception>
    public void Encode(ReadOnlySpan<float> row, Span<float> coefficients) => encoder.Encode(row, coefficients);

    /// <summary>Encodes one sparse row without a data view. Safe to call from several threads.</summary>
    /// <param name="slots">The slots of the values.</param>
    /// <param name="values">The values that are not zero.</param>
    /// <param name="coefficients">Receives the coefficients, as many as <see cref="Rank"/>.</param>
    /// <exception cref="ArgumentException">A length or a slot is out of range, or a value is not finite.</exception>
    public void Encode(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, Span<float> coefficients) =>
        encoder.Encode(slots, values, coefficients);

    internal static SparseNmfTransformer Restore(SavedGraph saved, IHostEnvironment? environment)
    {
        var (slots, rank) = (saved.Inputs[0].Size, saved.Outputs[0].Size);
        var basis = new DenseMatrix<float>(slots, rank, saved.Constant<float>(EncodingGraph.BasisName));
        return new(new(
            saved.Outputs[0].Name, saved.Inputs[0].Name, saved.Inputs[0].SlotNames, basis,
            saved.Number("relative-error"), saved.Number("sparsity"), (int)saved.Number("iterations"), []), environment);
    }
}
