namespace GspMl.ML;

/// <summary>A fitted projection as a transformer keeps it.</summary>
/// <param name="Output">The column that is added.</param>
/// <param name="Input">The column that is read.</param>
/// <param name="Shape">The dimensions of both.</param>
/// <param name="Multiplier">μ.</param>
/// <param name="Sparsity">The average Hoyer sparsity of the projected training rows.</param>
/// <param name="Weights">One for each slot, or none.</param>
/// <param name="UnitNorm">Whether μ is for rows of norm 1.</param>
/// <param name="SlotNames">The names of the slots, or none.</param>
internal sealed record GspProjectionModel(
    string Output, string Input, IReadOnlyList<int> Shape,
    double Multiplier, double Sparsity, float[] Weights, bool UnitNorm, IReadOnlyList<string> SlotNames)
{
    /// <summary>The slots.</summary>
    public int Size { get; } = Shape.Aggregate(1, (size, dimension) => size * dimension);
}
