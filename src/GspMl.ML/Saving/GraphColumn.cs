using System.Text.Json.Serialization;

namespace GspMl.ML.Saving;

/// <summary>A column on the edge of a graph.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Size">The number of its slots.</param>
/// <param name="SlotNames">A name for each, or none at all.</param>
/// <param name="Shape">The dimensions of a vector that has more than one, else null.</param>
internal sealed record GraphColumn(string Name, int Size, IReadOnlyList<string> SlotNames, IReadOnlyList<int>? Shape = null)
{
    [JsonIgnore]
    public IReadOnlyList<int> Dimensions => Shape ?? [Size];
}
