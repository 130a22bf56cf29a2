using GspMl.ML;

namespace Microsoft.ML;

/// <summary>Topics of texts among the transforms of an <see cref="MLContext"/>.</summary>
public static class TextTopicsCatalog
{
    /// <summary>
    /// Creates a <see cref="TextTopicsEstimator"/>: it learns <paramref name="rank"/> topics from the words of the texts, and gives each
    /// text its coefficients of them.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">
    /// The column that is added: a vector of <paramref name="rank"/> numbers of type <see cref="float"/>, named by the topics' first words.
    /// </param>
    /// <param name="inputColumnName">
    /// The column of text that is read; null means <paramref name="outputColumnName"/>, which is then replaced.
    /// </param>
    /// <param name="rank">The number of topics.</param>
    /// <param name="sparsity">The average Hoyer sparsity of the topics over the words, in [0,1]; null: not constrained.</param>
    /// <exception cref="ArgumentNullException">The catalog or a name is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static TextTopicsEstimator TextTopics(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int rank = 20,
        double? sparsity = 0.7) =>
        catalog.TextTopics(new TextTopicsEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Rank = rank,
            Sparsity = sparsity,
        });

    /// <summary>Creates a <see cref="TextTopicsEstimator"/> with options.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Which words count, and what to learn from them.</param>
    /// <exception cref="ArgumentNullException">The catalog, the options or a name is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static TextTopicsEstimator TextTopics(this TransformsCatalog catalog, TextTopicsEstimator.Options options) =>
        new(catalog, options);
}
