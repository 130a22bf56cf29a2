using Microsoft.ML;
using Microsoft.ML.Trainers;

namespace GspMl.ML.Benchmarks;

/// <summary>
/// What our transformers cost where ML.NET's own stand in the same place: principal components of the same rank, the division by the norm.
/// Read in one pass, and again and again by a trainer that nobody cached the data for. Wall time is the least of runs in turn; processor
/// time, of all threads, is what counts where other programs have the cores.
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
        PrintReading(all, rows.Rows.Length);
        PrintTraining(ml, all);
    }

    private static void PrintReading((string Name, IDataView Data)[] all, int count)
    {
        Action[] readings = [.. all.Select(each => (Action)(() => TransformCost.Read(each.Data, "Out")))];
        var wall = Timing.Least(Runs, readings);
        var processor = Timing.Processor(Runs, readings);
        for (var i = 0; i < all.Length; i++)
        {
            var times = $"{1e6 * wall[i] / count,5:F2} µs a row ({wall[i] / wall[0]:F2} × PCA)";
            var work = $"{1e6 * processor[i] / count,5:F2} µs of processor time ({processor[i] / processor[0]:F2} × PCA)";
            Console.WriteLine($"  {all[i].Name,-20}{times}, {work}; {Cursors(all[i].Data)} cursors of 4");
        }
    }

    private static void PrintTraining(MLContext ml, (string Name, IDataView Data)[] all)
    {
        Action[] uncached = [.. all.Select(each => (Action)(() => Train(ml, each.Data)))];
        Action[] cached = [.. all.Select(each => (Action)(() => Train(ml, ml.Data.Cache(each.Data))))];
        var (wall, kept) = (Timing.Least(TrainerRuns, uncached), Timing.Least(TrainerRuns, cached));
        var processor = Timing.Processor(TrainerRuns, uncached);
        for (var i = 0; i < all.Length; i++)
        {
            var times = $"{wall[i]:F3} s ({wall[i] / wall[0]:F2} × after PCA)";
            var work = $"{processor[i]:F3} s of processor time ({processor[i] / processor[0]:F2} × after PCA)";
            Console.WriteLine($"  SDCA after {all[i].Name,-20}{times}, {work}; cached {kept[i]:F3} s");
        }
    }

    private static int Cursors(IDataView data)
    {
        var cursors = data.GetRowCursorSet([data.Schema["Out"]], 4);
        foreach (var cursor in cursors) cursor.Dispose();
        return cursors.Length;
    }

    private static IDataView Fitted(IEstimator<ITransformer> estimator, IDataView data) => estimator.Fit(data).Transform(data);

    private static void Train(MLContext ml, IDataView data)
    {
        var options = new SdcaLogisticRegressionBinaryTrainer.Options
        {
            LabelColumnName = "Label",
            FeatureColumnName = "Out",
            MaximumNumberOfIterations = 10,
            ConvergenceTolerance = 1e-9f,
        };
        ml.BinaryClassification.Trainers.SdcaLogisticRegression(options).Fit(data);
    }
}
