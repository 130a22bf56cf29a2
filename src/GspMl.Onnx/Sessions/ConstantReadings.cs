namespace GspMl.Onnx.Sessions;

/// <summary>The way in which values hold for every row of an input.</summary>
/// <param name="lead">An input that has rows, and on whose axis; null where none has.</param>
internal sealed class ConstantReadings(InputReading? lead)
{
    private readonly string? rowSymbol = lead?.RowAxis?.Symbol;

    /// <summary>Null where the values do not fit, or where it is not clear that they are no rows.</summary>
    public InputReading? Of(DeclaredInput input, InputTensor tensor)
    {
        // Of an axis of rows it is known that there are rows.
        if (tensor.BatchAxis is { } named && (!tensor.IsConstant || named >= input.Axes?.Count)) return null;
        if (input.Axes is null) return new(input, tensor, ReadAs.Whole, [.. tensor.Shape]);
        if (tensor.Shape.Count == 0) return tensor.IsConstant || IsOneNumber(input.Axes) ? Filled(input, tensor, input.Axes) : null;
        if (Shape(input.Axes, tensor) is not { } shape) return null;
        if (RepeatedAxis(input.Axes, tensor) is { } axis)
            return shape[axis] == 1 ? new(input, tensor, ReadAs.Repeated, shape, axis) : null;
        return tensor.IsConstant || input.Axes.Zip(shape).All(pair => HoldsForAll(pair.First, pair.Second))
            ? new(input, tensor, ReadAs.Whole, shape) : null;
    }

    /// <summary>
    /// Whether a constant may be meant for one row: it has one position on an axis that may be that of rows. Then only one is run at once.
    /// </summary>
    public bool MayBeOneRow(InputReading reading)
        => reading is { As: ReadAs.Whole, Input.Axes: { Count: > 1 } axes, Tensor.BatchAxis: null } && lead?.RowAxis is { IsOpen: true }
            && axes.Zip(reading.Shape).Any(pair => pair.First is { IsOpen: true, Symbol: null } && pair.Second == 1);

    private static int[]? Shape(IReadOnlyList<DeclaredAxis> axes, InputTensor tensor)
    {
        if (axes.Count == tensor.Shape.Count && axes.Zip(tensor.Shape).All(pair => pair.First.Takes(pair.Second))) return [.. tensor.Shape];
        if (axes.Any(axis => axis.IsOpen)) return null;
        var wanted = axes.Select(axis => axis.Extent!.Value).ToList();
        return Extents.AreFolded([.. tensor.Shape.Select(extent => (long)extent)], wanted)
            ? [.. wanted.Select(extent => (int)extent)] : null;
    }

    /// <summary>The axis along which one row's values are repeated.</summary>
    private int? RepeatedAxis(IReadOnlyList<DeclaredAxis> axes, InputTensor tensor)
    {
        if (tensor.BatchAxis is { } named) return named;
        for (var axis = 0; axis < axes.Count; axis++)
            if (rowSymbol is not null && axes[axis].Symbol == rowSymbol) return axis;
        return null;
    }

    /// <summary>Whether an axis of values that are not said to be constant is surely none of rows.</summary>
    private bool HoldsForAll(DeclaredAxis axis, int extent)
        => !axis.IsOpen || extent == 1 || (axis.Symbol is { } symbol && rowSymbol is not null && symbol != rowSymbol) || lead is null;

    /// <summary>Whether a single number is all that a row takes; to fill more with it has to be asked for.</summary>
    private static bool IsOneNumber(IReadOnlyList<DeclaredAxis> axes) => axes.All(axis => axis.Extent is null or 1);

    /// <summary>The extent of an axis; of one that the model leaves open that of the lead's axis of the same name.</summary>
    private long? Extent(DeclaredAxis axis)
    {
        if (axis.Extent is { } extent) return extent;
        if (lead is not { As: ReadAs.Rows, Input.Axes: { } axes } || axis.Symbol is not { } symbol) return null;
        var same = axes.ToList().FindIndex(other => other.Symbol == symbol);
        return same >= 0 && same != lead.Axis ? lead.Shape[same] : null;
    }

    /// <summary>A single number fills the input.</summary>
    private InputReading? Filled(DeclaredInput input, InputTensor tensor, IReadOnlyList<DeclaredAxis> axes)
    {
        var open = Enumerable.Range(0, axes.Count).Where(axis => axes[axis].IsOpen).ToList();
        var repeated = RepeatedAxis(axes, tensor);
        // A vector of open length is one number; of a larger input the only open axis is that of rows.
        if (repeated is null && axes.Count > 1 && open is [var only] && axes[only].Symbol is null) repeated = only;
        if (axes.Count > 1 && open.Any(axis => axis != repeated && Extent(axes[axis]) is null)) return null;
        var shape = axes.Select(axis => Extent(axis) ?? 1).ToList();
        if (Extents.Product(shape) > Array.MaxLength) return null;
        return new(input, tensor, repeated is null ? ReadAs.Whole : ReadAs.Repeated, [.. shape.Select(extent => (int)extent)],
            repeated ?? 0);
    }
}
