using GspMl.Onnx.Calibration;

namespace GspMl.Onnx.Evaluation.Outputs;

/// <summary>
/// Puts the batches of one output together, without the rows that only filled a fixed batch up. The rows' axis is one that is as long as
/// the batch in every batch, of several the first whose length the model leaves open: the very first with most models, another one with
/// states of [layers, rows, units].
/// </summary>
/// <param name="name">The output's name.</param>
/// <param name="declared">The shape that the model declares, −1 where a length is open; empty where it declares none.</param>
internal sealed class OutputCollector(string name, IReadOnlyList<int> declared)
{
    private readonly List<Batch> batches = [];
    private bool isWhole;

    /// <summary>One batch's values.</summary>
    /// <param name="Values">In the model's order.</param>
    /// <param name="Shape">The output's shape.</param>
    /// <param name="Size">The rows that were run.</param>
    /// <param name="Rows">Those that count.</param>
    /// <param name="Mask">Which positions of the rows hold something; null where the model is not told.</param>
    private sealed record Batch(float[] Values, long[] Shape, int Size, int Rows, PositionMask? Mask);

    public void Add(float[] values, long[] shape, int batch, int rows, bool whole, PositionMask? mask = null)
    {
        batches.Add(new(values, shape, batch, rows, mask));
        isWhole = whole;
    }

    public OutputTensor Result()
    {
        var tensor = RowAxis() is { } axis
            ? OfRows(axis)
            : new OutputTensor(name, batches.SelectMany(batch => batch.Values).ToArray(), 0);
        return tensor with { IsWhole = isWhole };
    }

    /// <summary>Null where none is as long as the batch, or the batches' rows have different shapes.</summary>
    private int? RowAxis()
    {
        var axes = Enumerable.Range(0, batches[0].Shape.Length).Where(IsOfRows).ToList();
        return axes.Count == 0 ? null : axes.FirstOrDefault(axis => axis < declared.Count && declared[axis] < 0, axes[0]);
    }

    private bool IsOfRows(int axis)
        => batches.All(batch => batch.Shape.Length == batches[0].Shape.Length && batch.Shape[axis] == batch.Size)
            && batches.Select(batch => string.Join(',', RowShape(batch, axis))).Distinct().Count() == 1;

    private OutputTensor OfRows(int axis)
    {
        var shape = RowShape(batches[0], axis);
        var length = shape.Aggregate(1, (product, extent) => product * extent);
        var values = new float[length * batches.Sum(batch => batch.Rows)];
        var at = 0;
        foreach (var batch in batches)
        {
            RowsFirst(batch, axis, length, values.AsSpan(at, batch.Rows * length));
            at += batch.Rows * length;
        }
        return Cleared(new(name, values, length) { RowShape = shape, Filling = axis == 0 ? Filling(shape) : null });
    }

    /// <summary>
    /// Of vectors or whole numbers at each position of a row, the positions that a mask leaves out; null where there are none.
    /// </summary>
    private bool[]? Filling(int[] rowShape)
    {
        if (!(rowShape.Length == 2 || (rowShape.Length == 1 && isWhole)) || batches.All(batch => batch.Mask is null)) return null;
        if (batches.Any(batch => batch.Mask is { } mask && (mask.Positions != rowShape[0] || mask.Rows != batch.Size))) return null;
        return [.. batches.SelectMany(batch => Enumerable.Range(0, batch.Rows * rowShape[0])
            .Select(place => batch.Mask?.IsReal(place / rowShape[0], place % rowShape[0]) == false))];
    }

    /// <summary>What stands in the filling is nobody's concern.</summary>
    private static OutputTensor Cleared(OutputTensor tensor)
    {
        if (tensor.Filling is not { } filling) return tensor;
        var length = tensor.Array.Length / filling.Length;
        for (var place = 0; place < filling.Length; place++)
            if (filling[place]) tensor.Array.AsSpan(place * length, length).Clear();
        return tensor;
    }

    private static int[] RowShape(Batch batch, int axis) => [.. batch.Shape.Where((_, i) => i != axis).Select(extent => (int)extent)];

    private static void RowsFirst(Batch batch, int axis, int length, Span<float> rows)
    {
        var inner = (int)batch.Shape[(axis + 1)..].Aggregate(1L, (product, extent) => product * extent);
        for (var row = 0; row < batch.Rows; row++)
            for (var outer = 0; outer * inner < length; outer++)
                batch.Values.AsSpan(((outer * batch.Size) + row) * inner, inner).CopyTo(rows[((row * length) + (outer * inner))..]);
    }
}
