namespace GspMl.Onnx.Sessions;

/// <summary>The ways in which values can be rows of an input.</summary>
internal static class RowReadings
{
    /// <summary>All that the declared shape allows, in no order.</summary>
    public static IEnumerable<InputReading> Of(DeclaredInput input, InputTensor tensor)
    {
        if (tensor.IsConstant || tensor.Shape.Count == 0) return [];
        if (input.Axes is null) return Unshaped(input, tensor);
        var alongAxes = Enumerable.Range(0, input.Axes.Count).Where(axis => AreAlong(input.Axes, tensor, axis))
            .Select(axis => new InputReading(input, tensor, ReadAs.Rows, [.. tensor.Shape], axis)).ToList();
        if (alongAxes.All(reading => reading.Axis != 0) && Folded(input, tensor) is { } folded) alongAxes.Add(folded);
        if (AreWholeRows(input.Axes, tensor)) alongAxes.Add(new(input, tensor, ReadAs.WholeRows, [.. tensor.Shape]));
        return alongAxes;
    }

    /// <summary>How natural a reading is by itself; the lowest is the most.</summary>
    public static int Rank(InputReading reading) => reading switch
    {
        { Tensor.BatchAxis: not null } => 0,
        { RowAxis.IsNamedLikeRows: true } => 1,
        { As: ReadAs.Rows, Axis: 0, FixedBatch: null } => 2,
        { As: ReadAs.Rows, Axis: 0 } => 3,
        { As: ReadAs.WholeRows } => 4,
        _ => 5,
    };

    private static IEnumerable<InputReading> Unshaped(DeclaredInput input, InputTensor tensor)
        => (tensor.BatchAxis ?? 0) is var axis && axis < tensor.Shape.Count
            ? [new(input, tensor, ReadAs.Rows, [.. tensor.Shape], axis)] : [];

    /// <summary>
    /// Whether the values fit on all other axes. A fixed extent is a batch on the first axis; elsewhere only where it is one and the values
    /// have more, or where the axis is named. Where the model calls an axis that of rows, others are none.
    /// </summary>
    private static bool AreAlong(IReadOnlyList<DeclaredAxis> axes, InputTensor tensor, int axis)
        => axes.Count == tensor.Shape.Count && (tensor.BatchAxis ?? axis) == axis
            && Enumerable.Range(0, axes.Count).All(a => a == axis || axes[a].Takes(tensor.Shape[a]))
            && (tensor.BatchAxis == axis || axes[axis].IsNamedLikeRows || !axes.Any(other => other.IsNamedLikeRows))
            && (axes[axis].IsOpen || axis == 0 || tensor.BatchAxis == axis || (axes[axis].Extent == 1 && tensor.Shape[axis] != 1));

    /// <summary>Rows of the right length are folded into the model's shape (N × 784 into N × 1 × 28 × 28).</summary>
    private static InputReading? Folded(DeclaredInput input, InputTensor tensor)
    {
        if (input.Axes!.Count == 0 || tensor.BatchAxis > 0 || input.Axes.Skip(1).Any(axis => axis.IsOpen)) return null;
        var wanted = input.Axes.Skip(1).Select(axis => axis.Extent!.Value).ToList();
        if (!Extents.AreFolded([.. tensor.Shape.Skip(1).Select(extent => (long)extent)], wanted)) return null;
        return new(input, tensor, ReadAs.Rows, [tensor.Shape[0], .. wanted.Select(extent => (int)extent)]);
    }

    /// <summary>Each row is a whole input: of a model without an axis of rows, or with one row on it.</summary>
    private static bool AreWholeRows(IReadOnlyList<DeclaredAxis> axes, InputTensor tensor)
    {
        var row = tensor.Shape.Skip(1).ToList();
        return row.Count == axes.Count && tensor.BatchAxis is null && axes.Zip(row).All(pair => pair.First.Takes(pair.Second))
            && (axes.All(axis => !axis.IsOpen) || axes.Zip(row).Any(pair => pair.First.IsOpen && pair.Second == 1));
    }
}
