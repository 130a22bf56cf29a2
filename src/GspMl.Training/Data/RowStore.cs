using GspMl.Onnx;
using GspMl.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Data;

/// <summary>All rows of the data as the model takes them, one by one, so that any of them make a batch.</summary>
internal sealed class RowStore
{
    private RowStore(IReadOnlyList<StoredInput> inputs, int rows, int? fixedBatch) => (Inputs, Rows, FixedBatch) = (inputs, rows,
        fixedBatch);

    public IReadOnlyList<StoredInput> Inputs { get; }

    public int Rows { get; }

    /// <summary>The number of rows that the model declares to take at once; null where it takes any.</summary>
    public int? FixedBatch { get; }

    /// <exception cref="OnnxModelException">The model does not take the values, rows have different shapes, or hold NaN or
    /// infinity.</exception>
    public static RowStore Of(OnnxModel model, EvaluationData data)
    {
        var feeder = BatchFeeder.Create(model, data);
        var perRow = feeder.RowInputs.ToHashSet();
        if (perRow.Count == 0) throw new OnnxModelException($"{model.Path}: no input differs from row to row.");
        if (feeder.FixedBatch is null && !feeder.AreRowsFirst)
            throw new OnnxModelException($"{model.Path}: an input has its rows on another axis than the first; such a model is not "
                + "trained.");
        var inputs = new Dictionary<string, (OrtValue First, List<byte[]> Rows)>();
        for (var row = 0; row < feeder.Rows; row++) Take(model, feeder, row, perRow, inputs);
        var stored = inputs.Select(input => Stored(input.Key, input.Value.First, input.Value.Rows, perRow.Contains(input.Key),
            feeder.FixedBatch));
        var store = new RowStore([.. stored], feeder.Rows, feeder.FixedBatch);
        foreach (var (first, _) in inputs.Values) first.Dispose();
        FiniteRows.Check(model.Path, store.Inputs);
        return store;
    }

    private static void Take(OnnxModel model, BatchFeeder feeder, int row, HashSet<string> perRow,
        Dictionary<string, (OrtValue First, List<byte[]> Rows)> inputs)
    {
        foreach (var (name, value) in feeder.Batch(row, 1))
        {
            if (!inputs.TryGetValue(name, out var known))
            {
                inputs.Add(name, (value, [StoredInput.Bytes(value)]));
                continue;
            }
            if (perRow.Contains(name))
            {
                if (!value.GetTensorTypeAndShape().Shape.SequenceEqual(known.First.GetTensorTypeAndShape().Shape))
                    throw new OnnxModelException($"{model.Path}: rows of input '{name}' have different lengths; such rows are not "
                        + "trained on.");
                known.Rows.Add(StoredInput.Bytes(value));
            }
            value.Dispose();
        }
    }

    /// <summary>Of a batch that is filled up with copies, the first row.</summary>
    private static StoredInput Stored(string name, OrtValue first, List<byte[]> rows, bool isPerRow, int? fixedBatch)
    {
        var info = first.GetTensorTypeAndShape();
        var shape = info.Shape.ToArray();
        if (!isPerRow || fixedBatch is not > 1 || shape[0] % fixedBatch != 0) return new(name, info.ElementDataType, shape, [.. rows],
            isPerRow);
        shape[0] /= fixedBatch.Value;
        return new(name, info.ElementDataType, shape, [.. rows.Select(row => row[..(row.Length / fixedBatch.Value)])], isPerRow);
    }
}
