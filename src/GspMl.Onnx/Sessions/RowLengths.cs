namespace GspMl.Onnx.Sessions;

/// <summary>Rows that are run at their own length.</summary>
/// <param name="Lengths">One for each row.</param>
/// <param name="Axes">Along which axis of which input they are cut.</param>
internal sealed record RowLengths(IReadOnlyList<int> Lengths, IReadOnlyDictionary<string, int> Axes)
{
    /// <summary>
    /// The only axis, besides that of rows, whose extent the model leaves open; null where there is another number of them.
    /// </summary>
    public static int? AxisOf(InputReading reading)
    {
        if (reading is not { As: ReadAs.Rows, Input.Axes: { } axes }) return null;
        int[] open = [.. Enumerable.Range(0, axes.Count).Where(axis => axis != reading.Axis && axes[axis].IsOpen)];
        return open is [var only] ? only : null;
    }

    /// <summary>The lengths that come with the values; null where none do.</summary>
    /// <exception cref="InvalidDataException">They do not fit; the message names the input.</exception>
    public static RowLengths? Of(IReadOnlyList<InputReading> readings)
    {
        var given = readings.Where(reading => reading.Tensor.Lengths is not null).ToList();
        if (given.Count == 0) return null;
        var first = given[0];
        var axis = Checked(first);
        foreach (var other in given.Skip(1))
        {
            Checked(other);
            if (!other.Tensor.Lengths!.SequenceEqual(first.Tensor.Lengths!))
                throw new InvalidDataException($"inputs '{first.Input.Name}' and '{other.Input.Name}' have different lengths of rows");
        }
        var symbol = first.Input.Axes![axis].Symbol;
        var axes = given.ToDictionary(reading => reading.Input.Name, reading => AxisOf(reading)!.Value);
        // Axes of the same name have the same extent in one run.
        foreach (var reading in readings.Where(reading => reading.As == ReadAs.Rows && symbol is not null))
            if (reading.Input.Axes?.ToList().FindIndex(axis => axis.Symbol == symbol) is { } same and >= 0)
                axes.TryAdd(reading.Input.Name, same);
        return new(first.Tensor.Lengths!, axes);
    }

    private static int Checked(InputReading reading)
    {
        var lengths = reading.Tensor.Lengths!;
        if (AxisOf(reading) is not { } axis)
            throw new InvalidDataException($"input '{reading.Input.Name}' takes {reading.Input.ShapeText}: lengths of rows need one open "
                + "axis beside that of rows");
        if (lengths.Count != reading.Rows)
            throw new InvalidDataException($"input '{reading.Input.Name}' has {reading.Rows} rows and {lengths.Count} lengths");
        for (var row = 0; row < lengths.Count; row++)
            if (lengths[row] > reading.Shape[axis])
                throw new InvalidDataException($"input '{reading.Input.Name}', row {row}: its length is {lengths[row]}, but the values "
                    + $"have {reading.Shape[axis]} positions");
        return axis;
    }
}
