using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>What a model put out for all rows.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="Values">All values in row-major order, the rows outermost.</param>
/// <param name="RowLength">Values of one row; 0 where the output has no rows.</param>
public sealed record OutputTensor(string Name, IReadOnlyList<float> Values, int RowLength)
{
    /// <summary>All values in row-major order, the rows outermost.</summary>
    public IReadOnlyList<float> Values { get; init => field = ContentList.Of(value); } = ContentList.Of(Values);

    /// <summary>The extents of one row, the axis of the rows left out; empty where the output has no rows.</summary>
    public IReadOnlyList<int> RowShape { get; init => field = ContentList.Of(value); }
        = ContentList.Of(RowLength == 0 ? (IReadOnlyList<int>)[] : [RowLength]);

    /// <summary>What it is for, as found or said; null where nobody looked yet.</summary>
    public TaskChoice? Task { get; init; }

    /// <summary>Whether the model puts out integers or booleans.</summary>
    internal bool IsWhole { get; init; }

    /// <summary>
    /// Of outputs of rows × positions (× values): the positions that a mask among the inputs says are filling, all rows together. Their
    /// values are zero, and they are not compared. Null where there are none.
    /// </summary>
    internal bool[]? Filling { get; init; }

    /// <summary>Values that are compared.</summary>
    internal int Compared => Values.Count - (Filling is { } filling ? Values.Count / filling.Length * filling.Count(place => place) : 0);

    /// <summary>Whether a value stands in the filling.</summary>
    internal bool IsFilling(int value) => Filling is { } filling && filling[value / (Values.Count / filling.Length)];

    internal int Rows => RowLength == 0 ? 0 : Values.Count / RowLength;

    /// <summary>The values in memory; not to be written to.</summary>
    internal float[] Array => ((ContentList<float>)Values).AsArray();

    /// <summary>The shape as messages show it.</summary>
    internal string ShapeText
        => RowLength == 0 ? $"{Values.Count} values without rows" : $"[{string.Join(',', RowShape.Select(e => $"{e}").Prepend("rows"))}]";
}
