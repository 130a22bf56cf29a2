namespace GspMl.ML;

/// <summary>A slot of the input and its share in a component.</summary>
/// <param name="Slot">The slot's index.</param>
/// <param name="Name">Its name, or its index where the column had no slot names.</param>
/// <param name="Weight">Its entry in the component, of norm 1.</param>
public readonly record struct ComponentFeature(int Slot, string Name, float Weight);
