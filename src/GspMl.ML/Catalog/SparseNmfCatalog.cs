using GspMl.ML;
using GspMl.ML.Hosting;

namespace Microsoft.ML;

/// <summary>Sparse non-negative matrix factorisation among the transforms of an <see cref="MLContext"/>.</summary>
public static class SparseNmfCatalog
{
    /// <summary>
    /// Creates a <see cref="SparseNmfEstimator"/>: it learns <paramref name="rank"/> sparse parts that the rows are sums of, and gives each
    /// row its coefficients of them.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">
    /// The column that is added: a vector of <paramref name="rank"/> numbers of type <see cref="float"/>.
    /// </param>
    /// <param name="inputColumnName">
    /// The column that is read, values of at least 0; null means <paramref name="outputColumnName"/>, which is then replaced.
    /// </param>
    /// <param name="rank">The number of components.</param>
    /// <param name="sparsity">The average Hoyer sparsity of the components over the slots, in [0,1]; null: not constrained.</param>
    /// <param name="maxIterations">The most iterations.</param>
    /// <exception cref="ArgumentNullException">The catalog or a name is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static SparseNmfEstimator SparseNmf(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int rank = 10,
        double? sparsity = 0.8,
        int maxIterations = 200) =>
        catalog.SparseNmf(new SparseNmfEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Rank = rank,
            Sparsity = sparsity,
            MaxIterations = maxIterations,
        });

    /// <summary>Creates a <see cref="SparseNmfEstimator"/> with options.</summary>
    /// <remarks>
    /// The catalog's environment is not public in ML.NET. Where a version of it keeps that elsewhere, the component works without messages
    /// in <c>MLContext.Log</c>; <c>new SparseNmfEstimator(options, mlContext)</c> names the environment.
    /// </remarks>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">What to factorise, and how.</param>
    /// <exception cref="ArgumentNullException">The catalog, the options or what must not be null in them is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range, or two contradict each other.</exception>
    public static SparseNmfEstimator SparseNmf(this TransformsCatalog catalog, SparseNmfEstimator.Options options) =>
        new(options, CatalogEnvironment.Of(catalog));
}
