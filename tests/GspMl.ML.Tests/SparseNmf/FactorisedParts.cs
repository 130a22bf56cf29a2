using GspMl.Factorization;

namespace GspMl.ML.Tests.SparseNmf;

/// <summary>Rows made of parts that are known, and options to find them.</summary>
internal static class FactorisedParts
{
    public static SparseNmfEstimator.Options Options(int rank, double? sparsity, NmfAlgorithm? algorithm = null) =>
        new() { OutputColumnName = "Parts", InputColumnName = "Features", Rank = rank, Sparsity = sparsity, Algorithm = algorithm };

    /// <summary>Rows that are sums of a few overlapping parts, and a little noise.</summary>
    public static float[][] Parts(int rows, int columns, int rank, int seed)
    {
        var random = new Random(seed);
        var parts = GeneratedData.Matrix(rank, columns, seed + 1, r => r.Next(3) == 0 ? (float)r.NextDouble() : 0);
        return [.. Enumerable.Range(0, rows).Select(_ =>
        {
            var weights = Enumerable.Range(0, rank).Select(_ => random.Next(2) == 0 ? 0 : (float)random.NextDouble()).ToArray();
            return Enumerable.Range(0, columns).Select(j =>
            {
                var sum = parts.Select((part, k) => part[j] * weights[k]).Sum();
                return sum > 0 ? sum + (0.02f * (float)random.NextDouble()) : 0;
            }).ToArray();
        })];
    }
}
