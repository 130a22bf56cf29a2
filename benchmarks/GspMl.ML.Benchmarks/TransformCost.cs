using GspMl.Factorization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Benchmarks;

/// <summary>
/// Transform, row by row through a cursor, against the encoder of GspMl.Core on the same rows; and the saved model on ONNX Runtime.
/// </summary>
internal static class TransformCost
{
    private const int Runs = 100, SavedRuns = 20;

    public static void Print(RowSet rows)
    {
        var ml = new MLContext(seed: 1);
        var data = rows.ToDataView(ml);
        var model = ml.Transforms.SparseNmf("Parts", "Features", RowSet.Rank, sparsity: 0.7, maxIterations: 30).Fit(data);
        var encoder = new NonnegativeEncoder<float>(model.Basis, model.Encoding.Ridge);
        var transformed = model.Transform(data);
        var loaded = SavedAndLoaded(ml, model, data).Transform(data);

        var times = Timing.Least(Runs, () => Core(encoder, rows), () => Read(data, "Features"), () => Read(transformed, "Parts"));
        var (core, read, transform) = (times[0], times[1], times[2]);
        // Apart from the others: ONNX Runtime's threads spin for a while when they have nothing to do.
        var saved = Timing.Least(SavedRuns, () => Read(loaded, "Parts"))[0];
        var perRow = 1e6 / rows.Rows.Length;
        Console.WriteLine($"\n{rows.Name}");
        var wrapped = $"Transform {transform * perRow:F2}; saved model on ONNX Runtime {saved * perRow:F2}";
        Console.WriteLine($"  transform   Core's encoder {core * perRow:F2} µs a row; reading {read * perRow:F2}; {wrapped}");
        var ratios = $"Transform / (Core + reading) = {transform / (core + read):F2}   saved / Core = {saved / core:F2}";
        Console.WriteLine($"              Transform / Core = {transform / core:F2}   {ratios}");
    }

    private static void Core(NonnegativeEncoder<float> encoder, RowSet rows)
    {
        Span<float> coefficients = stackalloc float[RowSet.Rank];
        foreach (ref readonly var row in rows.Rows.AsSpan())
        {
            if (row.IsDense) encoder.Encode(row.GetValues(), coefficients);
            else encoder.Encode(row.GetIndices(), row.GetValues(), coefficients);
        }
    }

    public static void Read(IDataView data, string name)
    {
        var column = data.Schema[name];
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        var values = default(VBuffer<float>);
        while (cursor.MoveNext()) getter(ref values);
    }

    private static ITransformer SavedAndLoaded(MLContext ml, ITransformer model, IDataView data)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        return ml.Model.Load(stream, out _);
    }
}
