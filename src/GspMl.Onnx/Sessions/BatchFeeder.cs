using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Sessions;

/// <summary>Cuts the rows into batches of the size that the model takes, in the number types that it asks for.</summary>
internal sealed class BatchFeeder
{
    private readonly MatchedInputs matched;
    private readonly IReadOnlyList<BatchInput> inputs;
    private readonly RowLengths? lengths;

    private BatchFeeder(MatchedInputs matched)
    {
        this.matched = matched;
        // Lengths are checked before a mask is made of them.
        var given = RowLengths.Of(matched.Readings);
        var readings = matched.Mask is null ? matched.Readings : [.. matched.Readings, matched.Mask.Made()];
        // A mask tells the model where rows end.
        lengths = matched.Mask is null ? given : null;
        inputs = [.. readings.Select(reading => new BatchInput(reading, lengths?.Axes.TryGetValue(reading.Input.Name, out var axis) == true
            ? axis : null))];
        if (readings.FirstOrDefault(reading => BatchLength(reading) > Array.MaxLength) is { } large)
            throw new InvalidDataException($"input '{large.Input.Name}' takes {large.Input.ShapeText}: that is too large to be fed");
    }

    public int Rows => matched.Rows;

    /// <summary>The number of rows that the model takes at once; null where it takes any.</summary>
    public int? FixedBatch => matched.FixedBatch;

    /// <summary>The inputs that differ from row to row.</summary>
    public IReadOnlyList<string> RowInputs => [.. inputs.Where(input => input.Reading.HasRows).Select(input => input.Reading.Input.Name)];

    /// <summary>Whether every input that differs from row to row has its rows on the first axis of a batch.</summary>
    public bool AreRowsFirst => inputs.All(input => !input.Reading.HasRows || input.Reading is { As: ReadAs.Rows, Axis: 0 });

    /// <summary>What there is to tell of how the values are read.</summary>
    public IReadOnlyList<string> Notes => matched.Notes;

    /// <exception cref="OnnxModelException">An input is missing, unknown, or of another shape than the model takes; the message names
    /// it.</exception>
    public static BatchFeeder Create(OnnxModel model, EvaluationData data)
    {
        try { return new(InputMatching.Find(model, data)); }
        catch (InvalidDataException e) { throw new OnnxModelException($"{model.Path}: {e.Message}.", e); }
    }

    /// <summary>
    /// All rows in order: the first row of each batch and how many it has, at most <paramref name="size"/>, or as many as the model takes.
    /// </summary>
    public IReadOnlyList<(int First, int Count)> Batches(int size)
    {
        var batches = new List<(int First, int Count)>();
        for (var first = 0; first < Rows; first += batches[^1].Count)
            batches.Add((first, CountFrom(first, Math.Min(FixedBatch ?? size, Rows - first))));
        return batches;
    }

    /// <summary>Rows [first, first + count) of one length; a fixed batch is filled up with the last row.</summary>
    public Dictionary<string, OrtValue> Batch(int first, int count)
    {
        var rows = new BatchRows(first, count, FixedBatch ?? count, lengths?.Lengths[first]);
        var batch = new Dictionary<string, OrtValue>();
        try
        {
            foreach (var input in inputs) batch.Add(input.Reading.Input.Name, input.Take(rows));
            return batch;
        }
        catch
        {
            foreach (var value in batch.Values) value.Dispose();
            throw;
        }
    }

    private double BatchLength(InputReading reading)
        => reading.HasRows ? (double)reading.Tensor.Values.Length / reading.Rows * (FixedBatch ?? 1) : 0;

    /// <summary>The rows of at most <paramref name="most"/> that can run together from <paramref name="first"/> on.</summary>
    public int CountFrom(int first, int most)
    {
        if (lengths is null) return most;
        var count = 1;
        while (count < most && lengths.Lengths[first + count] == lengths.Lengths[first]) count++;
        return count;
    }
}
