using GspMl.Factorization;
using Microsoft.ML;

namespace GspMl.ML.Benchmarks;

/// <summary>
/// Fit, from a data view and with the iterations and the tolerance that are the estimator's defaults, against the factorisation of
/// GspMl.Core on arrays that are in memory, and one read of the data view.
/// </summary>
internal static class FitCost
{
    private const int Runs = 7;

    public static void Print(RowSet rows)
    {
        var data = rows.ToDataView(new MLContext(seed: 1));
        var coreData = rows.CoreData();
        var options = new NmfOptions { Rank = RowSet.Rank, BasisSparsity = 0.7, MaxIterations = 200, Seed = 1 };
        var estimator = new SparseNmfEstimator(new()
        {
            OutputColumnName = "Parts",
            InputColumnName = "Features",
            Rank = RowSet.Rank,
            Sparsity = 0.7,
            Seed = 1,
        });

        var (errors, iterations) = (new double[2], 0);
        var times = Timing.Least(
            Runs,
            () => errors[0] = NonnegativeFactorization.Fit(coreData(), options).RelativeError,
            () => TransformCost.Read(data, "Features"),
            () =>
            {
                var model = estimator.Fit(data);
                (errors[1], iterations) = (model.RelativeError, model.Iterations);
            });
        Console.WriteLine($"\n{rows.Name}");
        var work = $"Core {times[0]:F3} s; one read {times[1]:F3} s; Fit {times[2]:F3} s for {iterations} iterations";
        Console.WriteLine($"  fit         {work}; relative errors {errors[0]:F5} and {errors[1]:F5}");
        Console.WriteLine($"              Fit / (Core + one read) = {times[2] / (times[0] + times[1]):F2}");
    }
}
