using System.Globalization;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.ML;

/// <summary>A learned factorisation as a transformer keeps it.</summary>
/// <param name="Output">The column that is added.</param>
/// <param name="Input">The column that is read.</param>
/// <param name="SlotNames">The names of the input's slots, or none.</param>
/// <param name="Basis">Slots × components; each component has norm 1 or is zero.</param>
/// <param name="RelativeError">‖X − C·Bᵀ‖/‖X‖ of the training rows.</param>
/// <param name="Sparsity">The components' average Hoyer sparsity.</param>
/// <param name="Iterations">The iterations of the fit.</param>
/// <param name="Trace">Each of them; none for a model that was saved and loaded.</param>
internal sealed record SparseNmfModel(
    string Output, string Input, IReadOnlyList<string> SlotNames, DenseMatrix<float> Basis,
    double RelativeError, double Sparsity, int Iterations, IReadOnlyList<NmfIteration> Trace)
{
    private const int NamedFeatures = 3;

    /// <summary>The names of the slots that are added: where the input's slots have names, with the first of them.</summary>
    public IReadOnlyList<string> ComponentNames { get; } = Names(Basis, SlotNames);

    /// <summary>The slots that a component is mostly made of, largest first.</summary>
    public IReadOnlyList<ComponentFeature> TopFeatures(int component, int count) => TopFeatures(Basis, SlotNames, component, count);

    public static SparseNmfModel Of(string output, string input, IReadOnlyList<string> slotNames, NmfResult<float> result) =>
        new(
            output, input, slotNames, UnitColumns(result.Basis),
            result.RelativeError, result.BasisSparsity, result.Iterations, result.Trace);

    private static IReadOnlyList<string> Names(DenseMatrix<float> basis, IReadOnlyList<string> slotNames)
    {
        var named = slotNames.Count == 0 ? 0 : NamedFeatures;
        return [.. Enumerable.Range(0, basis.Columns).Select(k => ComponentName(k, TopFeatures(basis, slotNames, k, named)))];
    }

    private static string ComponentName(int component, IReadOnlyList<ComponentFeature> top)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"Component{component}");
        var features = string.Join(", ", top.Select(feature => feature.Name));
        return features.Length == 0 ? name : $"{name}: {features}";
    }

    private static ComponentFeature[] TopFeatures(DenseMatrix<float> basis, IReadOnlyList<string> names, int component, int count)
    {
        var slots = Enumerable.Range(0, basis.Rows).Where(slot => basis[slot, component] > 0);
        var largest = slots.OrderByDescending(slot => basis[slot, component]).ThenBy(slot => slot).Take(count);
        return [.. largest.Select(slot => new ComponentFeature(slot, Name(names, slot), basis[slot, component]))];
    }

    private static string Name(IReadOnlyList<string> names, int slot) =>
        slot < names.Count && names[slot].Length > 0 ? names[slot] : slot.ToString(CultureInfo.InvariantCulture);

    /// <summary>Each column divided by its norm. The products C·Bᵀ that can be formed stay the same, as do the sparsities.</summary>
    private static DenseMatrix<float> UnitColumns(DenseMatrix<float> basis)
    {
        var squares = new double[basis.Columns];
        for (var j = 0; j < basis.Rows; j++)
            for (var k = 0; k < basis.Columns; k++) squares[k] += (double)basis[j, k] * basis[j, k];
        var scaled = basis.Clone();
        for (var j = 0; j < basis.Rows; j++)
            for (var k = 0; k < basis.Columns; k++) scaled[j, k] = squares[k] > 0 ? (float)(basis[j, k] / Math.Sqrt(squares[k])) : 0;
        return scaled;
    }
}
