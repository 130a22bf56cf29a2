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
    private sealed record Batch(float[] Values, long[] Shape, int Size, int Rows);

    public void Add(float[] values, long[] shape, int batch, int rows, bool whole)
    {
        batches.Add(new(values, shape, batch, rows));
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
        return new(name, values, length) { RowShape = shape };
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
