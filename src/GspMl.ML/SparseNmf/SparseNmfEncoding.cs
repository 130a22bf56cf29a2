namespace GspMl.ML;

/// <summary>How rows are encoded: h ≥ 0 minimises ‖x − B·h‖² + ridge·‖h‖².</summary>
/// <param name="ConditionNumber">λmax/λmin of Bᵀ·B, before the ridge; components that are zero are left out.</param>
/// <param name="Ridge">0, unless the components nearly depend on each other.</param>
/// <param name="SavedIterations">The most iterations that a saved model makes for a row; most rows take fewer.</param>
public sealed record SparseNmfEncoding(double ConditionNumber, double Ridge, int SavedIterations);
