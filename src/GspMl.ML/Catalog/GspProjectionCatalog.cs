using GspMl.ML;
using GspMl.ML.Hosting;

namespace Microsoft.ML;

/// <summary>Grouped sparse projection among the transforms of an <see cref="MLContext"/>.</summary>
public static class GspProjectionCatalog
{
    /// <summary>
    /// Creates a <see cref="GspProjectionEstimator"/>: one multiplier is found for which the training rows have the average Hoyer sparsity
    /// <paramref name="sparsity"/>, and each row is projected with it.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column that is added: a vector of <see cref="float"/> of the input's size.</param>
    /// <param name="inputColumnName">
    /// The column that is read; null means <paramref name="outputColumnName"/>, which is then replaced.
    /// </param>
    /// <param name="sparsity">The average Hoyer sparsity of the training rows after projection, in [0,1].</param>
    /// <param name="weights">A weight for each slot; a slot of greater weight is dropped sooner. Null for the plain form.</param>
    /// <exception cref="ArgumentNullException">The catalog or a name is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static GspProjectionEstimator GspProjection(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        double sparsity = 0.5,
        IReadOnlyList<float>? weights = null) =>
        catalog.GspProjection(new GspProjectionEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Sparsity = sparsity,
            FeatureWeights = weights,
        });

    /// <summary>Creates a <see cref="GspProjectionEstimator"/> with options.</summary>
    /// <remarks>
    /// The catalog's environment is not public in ML.NET. Where a version of it keeps that elsewhere, the component works without messages
    /// in <c>MLContext.Log</c>; <c>new GspProjectionEstimator(options, mlContext)</c> names the environment.
    /// </remarks>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">What to project, and how sparse.</param>
    /// <exception cref="ArgumentNullException">The catalog, the options or what must not be null in them is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static GspProjectionEstimator GspProjection(this TransformsCatalog catalog, GspProjectionEstimator.Options options) =>
        new(options, CatalogEnvironment.Of(catalog));
}
