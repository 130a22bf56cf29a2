using GspMl.ML;
using GspMl.ML.Hosting;

namespace Microsoft.ML;

/// <summary>Grouped sparse projection of each row by itself among the transforms of an <see cref="MLContext"/>.</summary>
public static class RowGroupProjectionCatalog
{
    /// <summary>
    /// Creates a <see cref="RowGroupProjectionEstimator"/>: within each row, several vector columns are the group, brought to the average
    /// Hoyer sparsity <paramref name="sparsity"/>.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="columns">
    /// The columns: each input with the column that is added for it; an output of the input's name replaces it.
    /// </param>
    /// <param name="sparsity">The average Hoyer sparsity of each row's vectors after projection, in [0,1].</param>
    /// <param name="weights">
    /// A weight for each slot of all columns; a slot of greater weight is dropped sooner. Null for the plain form.
    /// </param>
    /// <exception cref="ArgumentNullException">The catalog, the columns or one of them is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static RowGroupProjectionEstimator RowGroupProjection(
        this TransformsCatalog catalog,
        IReadOnlyList<InputOutputColumnPair> columns,
        double sparsity = 0.5,
        IReadOnlyList<float>? weights = null) =>
        catalog.RowGroupProjection(new RowGroupProjectionEstimator.Options
        {
            Columns = columns,
            Sparsity = sparsity,
            FeatureWeights = weights,
        });

    /// <summary>
    /// Creates a <see cref="RowGroupProjectionEstimator"/>: within each row, segments of one column are the group, brought to the average
    /// Hoyer sparsity <paramref name="sparsity"/>.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column that is added: a vector of <see cref="float"/> of the input's size.</param>
    /// <param name="inputColumnName">
    /// The column that is read; null means <paramref name="outputColumnName"/>, which is then replaced.
    /// </param>
    /// <param name="segments">The lengths of the segments, in the order of the slots and in total as many.</param>
    /// <param name="sparsity">The average Hoyer sparsity of each row's segments after projection, in [0,1].</param>
    /// <param name="weights">A weight for each slot; a slot of greater weight is dropped sooner. Null for the plain form.</param>
    /// <exception cref="ArgumentNullException">The catalog, the output's name or the segments are null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static RowGroupProjectionEstimator RowGroupProjection(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName,
        IReadOnlyList<int> segments,
        double sparsity = 0.5,
        IReadOnlyList<float>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(outputColumnName);
        ArgumentNullException.ThrowIfNull(segments);
        return catalog.RowGroupProjection(new RowGroupProjectionEstimator.Options
        {
            Columns = [new(outputColumnName, inputColumnName ?? outputColumnName)],
            Segments = segments,
            Sparsity = sparsity,
            FeatureWeights = weights,
        });
    }

    /// <summary>Creates a <see cref="RowGroupProjectionEstimator"/> with options.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">What to project, and how sparse.</param>
    /// <exception cref="ArgumentNullException">The catalog, the options or what must not be null in them is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static RowGroupProjectionEstimator RowGroupProjection(
        this TransformsCatalog catalog, RowGroupProjectionEstimator.Options options) =>
        new(options, CatalogEnvironment.Of(catalog));
}
