using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Data;

/// <summary>The inputs of one step, in memory that stays in its place.</summary>
internal sealed class Batch : IDisposable
{
    private readonly RowStore store;
    private readonly Dictionary<string, PinnedTensor> tensors = [];

    public Batch(RowStore store, int size)
    {
        (this.store, Size) = (store, size);
        foreach (var input in store.Inputs) tensors.Add(input.Name, Made(input, size));
    }

    /// <summary>Rows.</summary>
    public int Size { get; }

    /// <summary>The inputs by name.</summary>
    public IReadOnlyDictionary<string, OrtValue> Values => tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Value);

    /// <summary>Whether all inputs that differ from row to row are numbers: ids and masks cannot be varied.</summary>
    public bool CanVary => store.Inputs.Where(input => input.IsPerRow).All(input => input.IsReal);

    /// <summary>Puts rows in; where there are fewer, the last one fills the batch up.</summary>
    public void Fill(ReadOnlySpan<int> rows)
    {
        foreach (var input in store.Inputs.Where(input => input.IsPerRow))
            for (var i = 0; i < Size; i++)
            {
                var row = input.Rows[rows[Math.Min(i, rows.Length - 1)]];
                row.CopyTo(tensors[input.Name].Bytes[(i * row.Length)..]);
            }
    }

    /// <summary>Varies the rows in place: all inputs of a row alike.</summary>
    public void Vary(RowVariation variation, Random random)
    {
        var seed = random.Next();
        foreach (var input in store.Inputs.Where(input => input.IsReal))
            variation.Vary(tensors[input.Name].Numbers, [Size, .. input.Shape.Skip(1).Select(extent => (int)extent)], new Random(seed));
    }

    private static PinnedTensor Made(StoredInput input, int size)
    {
        var shape = input.BatchShape(size);
        var count = shape.Aggregate(1L, (product, extent) => product * extent);
        var bytes = (long)input.Rows[0].Length * (input.IsPerRow ? size : 1);
        var tensor = new PinnedTensor(input.Type, shape, (int)(bytes / Math.Max(count, 1)));
        if (!input.IsPerRow) input.Rows[0].CopyTo(tensor.Bytes);
        return tensor;
    }

    public void Dispose()
    {
        foreach (var tensor in tensors.Values) tensor.Dispose();
    }
}
