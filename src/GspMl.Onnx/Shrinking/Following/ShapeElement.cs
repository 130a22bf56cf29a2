using GspMl.Onnx.Models;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// One element of a tensor of integers that tells a shape: a number that is stored, the extent of an axis, or something else.
/// </summary>
/// <param name="Value">The number, where it is stored.</param>
/// <param name="Source">The tensor that stores it, and <paramref name="Index"/> in it.</param>
/// <param name="Index">Which element of the source.</param>
/// <param name="Extent">The axis whose extent it is: its labels, null within <see cref="IsExtent"/> where channels are not followed along
/// it.</param>
internal sealed record ShapeElement(long? Value, TensorLocation? Source, int Index, int[]? Extent)
{
    public bool IsExtent { get; init; }

    public static ShapeElement Stored(long value, TensorLocation? source, int index) => new(value, source, index, null);

    public static ShapeElement ExtentOf(int[]? labels) => new(null, null, 0, labels) { IsExtent = true };
}

/// <summary>That a stored number is the extent of an axis somewhere: it is written anew when the axis shrinks.</summary>
internal sealed record ExtentUse(TensorLocation Source, int Index, int[]? Labels, string Reader);
