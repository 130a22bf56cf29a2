namespace GspMl.Onnx.Products;

/// <summary>The shapes of a product A·B.</summary>
/// <param name="Groups">Products at once.</param>
/// <param name="Rows">Rows of A.</param>
/// <param name="Inner">Columns of A, rows of B.</param>
/// <param name="Columns">Columns of B.</param>
internal readonly record struct ProductSize(int Groups, int Rows, int Inner, int Columns);
