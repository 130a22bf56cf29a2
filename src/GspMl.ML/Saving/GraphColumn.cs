namespace GspMl.ML.Saving;

/// <summary>A column on the edge of a graph.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Size">The number of its slots.</param>
/// <param name="SlotNames">A name for each, or none at all.</param>
internal sealed record GraphColumn(string Name, int Size, IReadOnlyList<string> SlotNames);
