namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>
/// The places of an output at which the values along one axis of a row stand together: the scores of a pixel's classes, of a step's
/// symbols.
/// </summary>
/// <param name="output">The output; it has rows.</param>
/// <param name="axis">The axis of a row's shape.</param>
internal sealed class Positions(OutputTensor output, int axis)
{
    private readonly float[] values = output.Array;
    private readonly int inner = output.RowShape.Skip(axis + 1).Aggregate(1, (product, extent) => product * extent);

    /// <summary>Values at each place.</summary>
    public int Depth { get; } = output.RowShape[axis];

    /// <summary>Places in a row.</summary>
    public int PerRow { get; } = output.RowLength / output.RowShape[axis];

    /// <summary>Places in all.</summary>
    public int Count => PerRow * output.Rows;

    /// <summary>The places of a row that are no filling.</summary>
    public IEnumerable<int> Of(int row) => Enumerable.Range(0, PerRow).Where(place => !output.IsFilling(Index(row, place, 0)));

    /// <summary>A value at a place of a row.</summary>
    public float this[int row, int place, int at] => values[Index(row, place, at)];

    private int Index(int row, int place, int at)
        => (row * output.RowLength) + (place / inner * inner * Depth) + (at * inner) + (place % inner);

    /// <summary>Where the place's values are largest; the first of equals.</summary>
    public int Largest(int row, int place)
    {
        var largest = 0;
        for (var at = 1; at < Depth; at++)
            if (this[row, place, at] > this[row, place, largest]) largest = at;
        return largest;
    }

    /// <summary>As <see cref="Largest(int, int)"/>, of every place of a row.</summary>
    public int[] Largest(int row) => [.. Enumerable.Range(0, PerRow).Select(place => Largest(row, place))];
}
