namespace GspMl.Onnx;

/// <summary>How far the search for the fastest layouts is.</summary>
/// <param name="Weight">The layer at work.</param>
/// <param name="IsInModel">Whether the whole model is timed with and without its layout; else the layer is timed alone.</param>
/// <param name="Done">Layers that are done with.</param>
/// <param name="Count">Layers that come into question.</param>
public readonly record struct RewriteProgress(PrunableWeight Weight, bool IsInModel, int Done, int Count);
