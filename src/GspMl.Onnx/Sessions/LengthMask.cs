using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Sessions;

/// <summary>Lengths of rows as the model wants to be told them: 1 at each position of a row's own, 0 at its padding.</summary>
/// <param name="Input">The model's input for the mask.</param>
/// <param name="Source">The input whose rows have lengths.</param>
/// <param name="Axis">The axis along which they have them.</param>
internal sealed record LengthMask(DeclaredInput Input, InputReading Source, int Axis)
{
    public string Note => $"input '{Input.Name}': made of the lengths of the rows of '{Source.Input.Name}'.";

    /// <summary>
    /// For the only input without values, if it is called a mask and has an axis of rows and one of positions; null where there is none.
    /// </summary>
    public static LengthMask? Of(IReadOnlyList<InputReading> readings, IReadOnlyDictionary<string, DeclaredInput> declared)
    {
        var source = readings.FirstOrDefault(reading => reading is { As: ReadAs.Rows, Axis: 0, Tensor.Lengths: not null });
        var missing = declared.Values.Where(input => readings.All(reading => reading.Input != input)).ToList();
        return source is not null && missing is [{ Axes.Count: 2 } mask] && mask.Name.Contains("mask", StringComparison.OrdinalIgnoreCase)
            && TensorConversion.IsFed(mask.Type) ? new(mask, source, RowLengths.AxisOf(source)!.Value) : null;
    }

    /// <summary>The mask of all rows as values to feed.</summary>
    public InputReading Made()
    {
        var (rows, positions) = (Source.Rows, Source.Shape[Axis]);
        var values = new byte[checked(rows * positions)];
        for (var row = 0; row < rows; row++) values.AsSpan(row * positions, Source.Tensor.Lengths![row]).Fill(1);
        return new(Input, InputTensor.Create(Input.Name, values, rows, positions), ReadAs.Rows, [rows, positions]);
    }
}
