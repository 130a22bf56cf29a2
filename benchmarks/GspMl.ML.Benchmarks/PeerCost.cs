using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Benchmarks;

/// <summary>
/// What our transformers cost where ML.NET's own stand in the same place: principal components of the same rank for the factorisation, the
/// division by the norm for the projections. Read in one pass, and again and again by a trainer that nobody cached the data for.
/// </summary>
internal static class PeerCost
{
    private const int Runs = 15, TrainerRuns = 5;

    public static void Print(RowSet rows)
    {
        var ml = new MLContext(seed: 1);
        var data = rows.ToDataView(ml);
        (string Name, IDataView Data)[] all =
        [
            ("PCA", Fitted(ml.Transforms.ProjectToPrincipalComponents("Out", "Features", rank: RowSet.Rank), data)),
            ("NormalizeLpNorm", Fitted(ml.Transforms.NormalizeLpNorm("Out", "Features"), data)),
            ("SparseNmf", Fitted(ml.Transforms.SparseNmf("Out", "Features", RowSet.Rank, sparsity: 0.7, maxIterations: 30), data)),
            ("GspProjection", Fitted(ml.Transforms.GspProjection("Out", "Features", sparsity: 0.7), data)),
            ("RowGroupProjection", Fitted(ml.Transforms.RowGroupProjection([new("Out", "Features")], sparsity: 0.7), data)),
        ];
        Console.WriteLine($"\n{rows.Name}, beside ML.NET's own");
        var read = Timing.Least(Runs, [.. all.Select(each => (Action)(() => TransformCost.Read(each.Data, "Out")))]);
        var sets = all.Select(each => each.Data.GetRowCursorSet([each.Data.Schema["Out"]], 4)).ToList();
        for (var i = 0; i < all.Length; i++)
        {
            var perRow = $"{1e6 * read[i] / rows.Rows.Length,6:F2} µs a row";
            Console.WriteLine($"  {all[i].Name,-20}{perRow}   {read[i] / read[0]:F2} × PCA, {read[i] / read[1]:F2} × NormalizeLpNorm; cursors {sets[i].Length}");
        }
        foreach (var cursor in sets.SelectMany(set => set)) cursor.Dispose();

        var trained = Timing.Least(TrainerRuns, [.. all.SelectMany(each => new Action[] { () => Train(ml, each.Data), () => Train(ml, ml.Data.Cache(each.Data)) })]);
        for (var i = 0; i < all.Length; i++)
            Console.WriteLine($"  SDCA after {all[i].Name,-20}{trained[2 * i]:F3} s, {trained[2 * i] / trained[0]:F2} × after PCA; cached {trained[(2 * i) + 1]:F3} s");
    }

    private static IDataView Fitted(IEstimator<ITransformer> estimator, IDataView data) => estimator.Fit(data).Transform(data);

    private static void Train(MLContext ml, IDataView data) =>
        ml.BinaryClassification.Trainers.SdcaLogisticRegression(new()
        {
            LabelColumnName = "Label",
            FeatureColumnName = "Out",
            MaximumNumberOfIterations = 10,
            ConvergenceTolerance = 1e-9f,
        }).Fit(data);
}
