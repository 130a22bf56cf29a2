namespace GspMl.Onnx.Sessions;

/// <summary>Some rows of samples, as the same kind of samples.</summary>
internal static class RowSelection
{
    /// <param name="model">The model that tells where rows lie.</param>
    /// <param name="data">The samples.</param>
    /// <param name="rows">Which rows, in the order in which they are to come.</param>
    /// <exception cref="OnnxModelException">The model does not take the samples.</exception>
    public static EvaluationData Of(OnnxModel model, EvaluationData data, IReadOnlyList<int> rows)
    {
        try
        {
            var readings = InputMatching.Find(model, data).Readings;
            return new([.. readings.Select(reading => reading.HasRows ? Select(reading, rows) : reading.Tensor)],
                data.Labels is { } labels ? [.. rows.Select(row => labels[row])] : null);
        }
        catch (InvalidDataException e) { throw new OnnxModelException($"{model.Path}: {e.Message}.", e); }
    }

    /// <summary>How many rows the samples have for the model.</summary>
    /// <exception cref="OnnxModelException">The model does not take the samples.</exception>
    public static int Count(OnnxModel model, EvaluationData data) => BatchFeeder.Create(model, data).Rows;

    private static InputTensor Select(InputReading reading, IReadOnlyList<int> rows)
    {
        var (tensor, axis) = (reading.Tensor, reading.As == ReadAs.WholeRows ? 0 : reading.Axis);
        var inner = tensor.Shape.Skip(axis + 1).Aggregate(1, (product, extent) => product * extent);
        var (all, outer) = (tensor.Shape[axis], tensor.Shape.Take(axis).Aggregate(1, (product, extent) => product * extent));
        var values = Array.CreateInstance(tensor.Values.GetType().GetElementType()!, outer * rows.Count * inner);
        for (var o = 0; o < outer; o++)
            for (var i = 0; i < rows.Count; i++)
                Array.Copy(tensor.Values, ((o * all) + rows[i]) * inner, values, ((o * rows.Count) + i) * inner, inner);
        var lengths = tensor.Lengths is { } own ? rows.Select(row => own[row]).ToList() : null;
        return tensor.WithRows(values, [.. tensor.Shape.Select((extent, a) => a == axis ? rows.Count : extent)], lengths);
    }
}
