using System.Globalization;
using GspMl.Factorization;
using GspMl.LinearAlgebra;
using GspMl.ML.Rows;
using GspMl.ML.Saving;
using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>A slot of the input and its share in a component.</summary>
/// <param name="Slot">The slot's index.</param>
/// <param name="Name">Its name, or its index where the column had no slot names.</param>
/// <param name="Weight">Its entry in the component, of norm 1.</param>
public readonly record struct ComponentFeature(int Slot, string Name, float Weight);

/// <summary>
/// Encodes rows by the components that a <see cref="SparseNmfEstimator"/> learned: a row's coefficients h ≥ 0 minimise ‖x − B·h‖² exactly.
/// A row takes (values that are not zero) × rank multiply-adds and some rank².
/// </summary>
public sealed class SparseNmfTransformer : RowToRowTransformer
{
    private readonly SparseNmfModel model;
    private readonly EncodingProblem problem;
    private readonly NonnegativeEncoder<float> encoder;

    internal SparseNmfTransformer(SparseNmfModel model)
    {
        this.model = model;
        problem = new(model.Basis);
        encoder = new(model.Basis, problem.Ridge);
        Encoding = new(problem.ConditionNumber, problem.Ridge, problem.MostIterations);
    }

    /// <summary>The number of components.</summary>
    public int Rank => model.Basis.Columns;

    /// <summary>The components as columns, slots × rank; each has norm 1, or is zero where the rank is above what the data need. A copy.</summary>
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

    internal int EmptyComponents => Enumerable.Range(0, Rank).Count(k => Enumerable.Range(0, model.Basis.Rows).All(j => model.Basis[j, k] == 0));

    /// <summary>The slots that a component is mostly made of, largest first; slots that have no share in it are left out.</summary>
    /// <param name="component">The component, from 0.</param>
    /// <param name="count">The most slots to name.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such component, or the count is negative.</exception>
    public IReadOnlyList<ComponentFeature> TopFeatures(int component, int count = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(component);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(component, Rank);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. Enumerable.Range(0, model.Basis.Rows)
            .Where(slot => model.Basis[slot, component] > 0)
            .OrderByDescending(slot => model.Basis[slot, component]).ThenBy(slot => slot)
            .Take(count)
            .Select(slot => new ComponentFeature(slot, SlotName(slot), model.Basis[slot, component]))];
    }

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
    public void Encode(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, Span<float> coefficients) => encoder.Encode(slots, values, coefficients);

    internal static SparseNmfTransformer Restore(SavedGraph saved)
    {
        var (slots, rank) = (saved.Inputs[0].Size, saved.Outputs[0].Size);
        var basis = new DenseMatrix<float>(slots, rank, saved.Constant<float>(EncodingGraph.BasisName));
        return new(new(
            saved.Outputs[0].Name, saved.Inputs[0].Name, saved.Inputs[0].SlotNames, basis,
            saved.Number("relative-error"), saved.Number("sparsity"), (int)saved.Number("iterations"), []));
    }

    private protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new Mapping(inputSchema.RequireSingleVector(model.Input, model.Basis.Rows), model.Output, Rank, ComponentNames(), encoder);

    private protected override FittedGraph ToGraph() => new EncodingGraph(model, problem, ComponentNames());

    private string[] ComponentNames() => [.. Enumerable.Range(0, Rank).Select(k => $"Component{k}")];

    private string SlotName(int slot) => slot < model.SlotNames.Count ? model.SlotNames[slot] : slot.ToString(CultureInfo.InvariantCulture);

    private sealed class Mapping(DataViewSchema.Column input, string output, int rank, string[] names, NonnegativeEncoder<float> encoder)
        : RowMapping
    {
        public override IReadOnlyList<DataViewSchema.Column> Inputs { get; } = [input];

        public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
            [SlotNames.SingleVector(output, rank, names)];

        public override Delegate[] CreateGetters(DataViewRow row)
        {
            var reader = new RowReader(row, input, nonNegative: true);
            var values = default(VBuffer<float>);
            return [new ValueGetter<VBuffer<float>>(Encode)];

            void Encode(ref VBuffer<float> result)
            {
                reader.Read(ref values);
                var editor = VBufferEditor.Create(ref result, rank);
                if (values.IsDense) encoder.Encode(values.GetValues(), editor.Values);
                else encoder.Encode(values.GetIndices(), values.GetValues(), editor.Values);
                result = editor.Commit();
            }
        }
    }
}
