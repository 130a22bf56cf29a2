namespace GspMl.Onnx.Sessions;

/// <summary>Takes positions of an array along one of its axes.</summary>
internal static class AxisSelection
{
    /// <summary>The same array with these positions of the axis, in this order.</summary>
    /// <param name="values">In row-major order.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="axis">The axis.</param>
    /// <param name="taken">Positions on it; each may come several times.</param>
    public static (Array Values, int[] Shape) Take(Array values, int[] shape, int axis, int[] taken)
    {
        var outer = shape.Take(axis).Aggregate(1, (product, extent) => product * extent);
        var inner = shape.Skip(axis + 1).Aggregate(1, (product, extent) => product * extent);
        var result = Array.CreateInstance(values.GetType().GetElementType()!, checked(outer * taken.Length * inner));
        for (var o = 0; o < outer; o++)
            for (var t = 0; t < taken.Length; t++)
                Array.Copy(values, ((o * shape[axis]) + taken[t]) * inner, result, ((o * taken.Length) + t) * inner, inner);
        return (result, [.. shape.Take(axis), taken.Length, .. shape.Skip(axis + 1)]);
    }
}
