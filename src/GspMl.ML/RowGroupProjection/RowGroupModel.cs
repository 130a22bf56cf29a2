namespace GspMl.ML;

/// <summary>A projection row by row as a transformer keeps it. The lists are parallel: one entry for each column.</summary>
/// <param name="Outputs">The columns that are added.</param>
/// <param name="Inputs">The columns that are read.</param>
/// <param name="Group">Which slots form the vectors of a row.</param>
/// <param name="Sparsity">The average Hoyer sparsity that each row is brought to.</param>
/// <param name="UnitNorm">Whether each vector is treated as if its norm were 1.</param>
/// <param name="SlotNames">The names of each column's slots, or none.</param>
/// <param name="Shapes">The dimensions of each column.</param>
internal sealed record RowGroupModel(
    IReadOnlyList<string> Outputs, IReadOnlyList<string> Inputs, RowGroup Group,
    double Sparsity, bool UnitNorm, IReadOnlyList<IReadOnlyList<string>> SlotNames,
    IReadOnlyList<IReadOnlyList<int>> Shapes);
