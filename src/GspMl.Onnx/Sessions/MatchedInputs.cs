namespace GspMl.Onnx.Sessions;

/// <summary>How a model takes all of its inputs.</summary>
/// <param name="Readings">One for each input that is given.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="FixedBatch">The number of rows that the model takes at once; null where it takes any.</param>
internal sealed record MatchedInputs(IReadOnlyList<InputReading> Readings, int Rows, int? FixedBatch)
{
    /// <summary>The mask that is made of lengths of rows; null where there is none.</summary>
    public LengthMask? Mask { get; init; }

    /// <summary>What there is to tell, a sentence each.</summary>
    public IReadOnlyList<string> Notes => [.. Readings.Select(Note).OfType<string>(), .. Mask is null ? [] : new[] { Mask.Note }];

    private string? Note(InputReading reading)
    {
        var what = reading switch
        {
            { As: ReadAs.Rows, Axis: > 0, Tensor.BatchAxis: null } => $"its rows lie on axis {reading.Axis}",
            { As: ReadAs.WholeRows } => $"each of {Rows} rows is a whole input; they run one by one",
            { As: ReadAs.Repeated, Tensor.BatchAxis: null } => $"holds for every row, and is repeated along axis {reading.Axis}",
            { As: ReadAs.Whole, Tensor.IsConstant: false } when Rows > 1 => "holds for every row",
            { As: ReadAs.Whole } when FixedBatch == 1 && Rows > 1 && MayHaveRows(reading)
                => "may be meant for one row; rows run one by one, unless its batch axis is named",
            _ => null,
        };
        return what is null ? null : $"{Title(reading)}: {what}.";
    }

    private static bool MayHaveRows(InputReading reading)
        => reading.Input.Axes is { Count: > 1 } axes && axes.Any(axis => axis is { IsOpen: true, Symbol: null });

    private static string Title(InputReading reading)
        => $"input '{reading.Input.Name}' {reading.Input.ShapeText}, values of shape [{string.Join(',', reading.Tensor.Shape)}]";
}
