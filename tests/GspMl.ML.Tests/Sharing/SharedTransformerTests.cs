using GspMl.ML.Tests.SparseNmf;
using GspMl.Tests.Shared;
using Microsoft.ML;

namespace GspMl.ML.Tests.Sharing;

/// <summary>One fitted transformer that many threads use at once, and that many rows go through.</summary>
public sealed class SharedTransformerTests
{
    private const int Rank = 4, Columns = 24;

    private readonly MLContext ml = new(seed: 1);

    [Fact]
    public void Sixteen_threads_that_transform_get_what_one_gets()
    {
        var data = ml.Vectors(FactorisedParts.Parts(300, Columns, Rank, seed: 2));
        var model = ml.Transforms.SparseNmf(FactorisedParts.Options(Rank, 0.6))
            .Append(ml.Transforms.RowGroupProjection("Few", "Parts", [Rank], sparsity: 0.5)).Fit(data);
        var alone = model.Transform(data).Floats("Few");

        Threads16.Run(_ => Assert.Equal(alone, model.Transform(data).Floats("Few")));
    }

    [Fact]
    public void A_hundred_thousand_rows_leave_no_memory_behind()
    {
        var rows = FactorisedParts.Parts(1000, Columns, Rank, seed: 2);
        var model = ml.Transforms.SparseNmf(FactorisedParts.Options(Rank, 0.6)).Fit(ml.Vectors(rows));
        var data = ml.Vectors(rows);
        Count(model, data);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 100; i++) Count(model, data);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 2 << 20);
    }

    private static void Count(SparseNmfTransformer model, IDataView data)
    {
        using var cursor = model.Transform(data).GetRowCursor(model.GetOutputSchema(data.Schema));
        var read = cursor.GetGetter<Microsoft.ML.Data.VBuffer<float>>(cursor.Schema["Parts"]);
        Microsoft.ML.Data.VBuffer<float> parts = default;
        while (cursor.MoveNext()) read(ref parts);
        Assert.Equal(Rank, parts.Length);
    }
}
