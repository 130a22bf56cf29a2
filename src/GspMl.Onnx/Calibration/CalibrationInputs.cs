using GspMl.Onnx.Sessions;

namespace GspMl.Onnx.Calibration;

/// <summary>Calibration inputs as batches for ONNX Runtime, some held back: what is fitted to the others is judged on those.</summary>
internal sealed class CalibrationInputs
{
    // Every fifth row: held-back rows then come from all over the data, in whatever order it lies.
    private const int HeldBackEvery = 5;

    private const int PartsOfFew = 4;

    // Copies of different seeds share no random numbers, as long as there are not so many.
    private const int CopySeeds = 1_000_003;

    private readonly BatchFeeder feeder;
    private readonly int batchSize;
    private readonly int copies;
    private readonly int seed;

    private CalibrationInputs(BatchFeeder feeder, int batchSize, int copies, int seed)
        => (this.feeder, this.batchSize, this.copies, this.seed) = (feeder, batchSize, copies, seed);

    /// <summary>Rows in all.</summary>
    public int Rows => feeder.Rows;

    /// <summary>Rows in all and their varied copies.</summary>
    public int VariedRows => Rows * (1 + copies);

    /// <exception cref="OnnxModelException">The model does not take the inputs, or they are not finite; the message names them.</exception>
    public static CalibrationInputs Create(OnnxModel model, EvaluationData data, int batchSize)
        => Create(model, data, new ReconstructionOptions { BatchSize = batchSize, VariedCopies = 0 });

    /// <exception cref="OnnxModelException">The model does not take the inputs, or they are not finite; the message names them.</exception>
    public static CalibrationInputs Create(OnnxModel model, EvaluationData data, ReconstructionOptions options)
    {
        foreach (var input in data.Inputs) CheckFinite(model, input);
        var feeder = BatchFeeder.Create(model, data);
        var batchSize = Math.Min(options.BatchSize, MostInBatch(feeder.Rows));
        return new(feeder, batchSize, CanVary(feeder) ? options.CopiesFor(model.Weights.Sum(weight => weight.Count)) : 0, options.Seed);
    }

    /// <summary>Of at least five rows one batch is held back: there must be as many batches.</summary>
    private static int MostInBatch(int rows)
    {
        var most = Math.Max(1, (rows + HeldBackEvery - 1) / HeldBackEvery);
        return most * (HeldBackEvery - 1) < rows ? most : Math.Max(1, rows / HeldBackEvery);
    }

    private static bool CanVary(BatchFeeder feeder)
    {
        if (!feeder.AreRowsFirst) return false;
        var row = feeder.Batch(0, 1);
        var canVary = feeder.RowInputs.Count > 0 && InputVariation.CanVary(feeder.RowInputs.Select(name => row[name]));
        foreach (var value in row.Values) value.Dispose();
        return canVary;
    }

    /// <summary>One NaN would make every mean over the rows NaN, and with them the values of the model.</summary>
    private static void CheckFinite(OnnxModel model, InputTensor input)
    {
        if (NotFinite.Where(input) is { } where)
            throw new OnnxModelException($"{model.Path}: the calibration values{(input.Name is null ? "" : $" of input '{input.Name}'")} "
                + $"hold NaN or infinity {where}.");
    }

    /// <summary>Rows held back of those.</summary>
    public int HeldBackRows => Math.Max(1, Rows / HeldBackEvery);

    /// <summary>Rows of <see cref="FirstRow"/>: one, where the model does not fix their number.</summary>
    public int RowsOfFirst => feeder.FixedBatch ?? 1;

    /// <summary>Numbers that a row's inputs hold.</summary>
    public double NumbersOfRow()
    {
        var row = feeder.Batch(0, 1);
        var numbers = row.Where(input => feeder.RowInputs.Contains(input.Key))
            .Sum(input => (double)input.Value.GetTensorTypeAndShape().ElementCount) / RowsOfFirst;
        foreach (var value in row.Values) value.Dispose();
        return numbers;
    }

    /// <summary>Rows of a batch.</summary>
    public int RowsOfBatch => feeder.FixedBatch ?? batchSize;

    /// <summary>A batch of the first row.</summary>
    public IReadOnlyList<CalibrationBatch> FirstRow() => [Batch(0, 1)];

    /// <summary>Batches of all rows.</summary>
    public IReadOnlyList<CalibrationBatch> All() => [.. feeder.Batches(batchSize).Select(Batch)];

    /// <summary>Batches of all rows, and of their varied copies.</summary>
    public IReadOnlyList<CalibrationBatch> Varied() => Varied(_ => true);

    /// <summary>Batches of the rows to fit to, four of five, and of their varied copies.</summary>
    public IReadOnlyList<CalibrationBatch> Fit() => Varied(batch => batch % HeldBackEvery != HeldBackEvery - 1);

    /// <summary>Batches of the rows held back: one of five.</summary>
    /// <param name="most">The most rows of them.</param>
    public IReadOnlyList<CalibrationBatch> HeldBack(int most = int.MaxValue)
    {
        var (batches, rows) = (new List<(int First, int Count)>(), feeder.Batches(batchSize));
        foreach (var (first, count) in rows.Where((_, batch) => batch % HeldBackEvery == HeldBackEvery - 1).DefaultIfEmpty(rows[0]))
        {
            var taken = Math.Min(count, most);
            if (taken > 0) batches.Add((first, taken));
            most -= taken;
        }
        return [.. InParts(batches).Select(Batch)];
    }

    /// <summary>One batch, or two, as smaller ones: batches run at once, each on one thread.</summary>
    private IEnumerable<(int First, int Count)> InParts(List<(int First, int Count)> batches)
    {
        var size = feeder.FixedBatch ?? Math.Max(1, (batches.Sum(batch => batch.Count) + PartsOfFew - 1) / PartsOfFew);
        return batches.Count >= PartsOfFew ? batches
            : batches.SelectMany(batch => Enumerable.Range(0, (batch.Count + size - 1) / size)
                .Select(part => (batch.First + (part * size), Math.Min(size, batch.Count - (part * size)))));
    }

    private List<CalibrationBatch> Varied(Func<int, bool> select)
    {
        var all = feeder.Batches(batchSize);
        List<(int First, int Count)> rows = [.. all.Where((_, batch) => select(batch)).DefaultIfEmpty(all[0])];
        return [.. rows.Select(Batch), .. Enumerable.Range(0, copies * rows.Count).Select(copy => Varied(rows, copy))];
    }

    /// <summary>A varied copy of a batch; the same whenever it is made.</summary>
    private CalibrationBatch Varied(List<(int First, int Count)> rows, int copy) => new(() =>
    {
        var variation = new InputVariation(unchecked((seed * CopySeeds) + copy));
        var batch = feeder.Batch(rows[copy % rows.Count].First, rows[copy % rows.Count].Count);
        variation.Vary(batch, feeder.RowInputs, random =>
        {
            var (first, count) = rows[random.Next(rows.Count)];
            return feeder.Batch(first, count);
        });
        return batch;
    });

    private CalibrationBatch Batch((int First, int Count) rows) => Batch(rows.First, rows.Count);

    private CalibrationBatch Batch(int first, int count) => new(() => feeder.Batch(first, count));
}
