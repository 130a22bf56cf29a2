using GspMl.ML.Hosting;
using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Text;

namespace GspMl.ML;

/// <summary>
/// Learns the topics of texts, and gives each text its coefficients of them: words without the commonest of the language, weighted by how
/// rare they are (tf-idf), each text of length 1, factorised by <see cref="SparseNmfEstimator"/>.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// ### Estimator Characteristics
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | Yes |
/// | Input column data type | Text |
/// | Output column data type | Known-sized vector of <xref:System.Single>, whose slots are named `Component3: rocket, orbit, launch` |
/// | Exportable to ONNX | The factorisation is; ML.NET has no conversion for its own preparation of text |
///
/// The default of ML.NET's FeaturizeText adds n-grams of characters, of which a text has many more than words: the largest sums are then
/// those of letters, and topics of letters tell little.
/// ]]></format>
/// </remarks>
public sealed partial class TextTopicsEstimator : IEstimator<TransformerChain<ITransformer>>
{
    private readonly Options options;
    private readonly TransformsCatalog catalog;
    private readonly IHostEnvironment? environment;
    private readonly int seed;

    /// <summary>The estimator with these options.</summary>
    /// <param name="catalog">The transforms of an <see cref="MLContext"/>, of which the chain is made.</param>
    /// <param name="options">Which words count, and what to learn from them.</param>
    /// <exception cref="ArgumentNullException">The catalog, the options or a name is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public TextTopicsEstimator(TransformsCatalog catalog, Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (this.catalog, this.options) = (catalog, options);
        environment = CatalogEnvironment.Of(catalog);
        seed = options.Seed ?? environment?.Register(nameof(TextTopicsEstimator)).Rand.Next() ?? 0;
        _ = Topics("Words"); // checks what is the factorisation's
    }

    /// <summary>The promise: the output column is a vector of known size with slot names.</summary>
    /// <param name="inputSchema">The columns before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or no text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return Chain(inputSchema.Select(column => column.Name)).GetOutputSchema(inputSchema);
    }

    /// <summary>
    /// Learns the topics. What they are made of is told by the chain's <see cref="SparseNmfTransformer"/>:
    /// <c>chain.OfType&lt;SparseNmfTransformer&gt;().Single().GetTopFeatures(topic)</c>.
    /// </summary>
    /// <param name="input">The training texts.</param>
    /// <exception cref="ArgumentOutOfRangeException">The input column is missing or no text.</exception>
    /// <exception cref="InvalidOperationException">There are no texts, or fewer words than topics.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TransformerChain<ITransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var chain = Chain(input.Schema.Select(column => column.Name));
        chain.GetOutputSchema(SchemaShapes.Of(input.Schema)); // refuses all that is wrong with the column
        try
        {
            return chain.Fit(input);
        }
        catch (ArgumentOutOfRangeException error)
        {
            // The column is text: ML.NET says this of the vector of no words, whose size it takes for unknown.
            throw new InvalidOperationException(
                $"Column '{options.Input}' has no words to find topics in: "
                + $"its texts are none, empty or {nameof(Options.StopWords)} alone.", error);
        }
    }

    private EstimatorChain<ITransformer> Chain(IEnumerable<string> taken)
    {
        var words = options.WordsColumnName ?? FreeNames.Beside([.. taken, options.OutputColumnName], "words", 1)[0];
        var chain = new EstimatorChain<ITransformer>().Append<ITransformer>(catalog.Text.FeaturizeText(words, Words(), options.Input));
        if (options.MinTexts > 1)
            chain = chain.Append<ITransformer>(catalog.FeatureSelection.SelectFeaturesBasedOnCount(words, count: options.MinTexts));
        chain = chain.Append<ITransformer>(Topics(words));
        return options.WordsColumnName is null ? chain.Append<ITransformer>(catalog.DropColumns(words)) : chain;
    }

    private TextFeaturizingEstimator.Options Words() => new()
    {
        CharFeatureExtractor = null,
        WordFeatureExtractor = new WordBagEstimator.Options
        {
            NgramLength = options.NgramLength,
            UseAllLengths = true,
            Weighting = NgramExtractingEstimator.WeightingCriteria.TfIdf,
        },
        StopWordsRemoverOptions = options.StopWords is { } language ? new StopWordsRemovingEstimator.Options { Language = language } : null,
        KeepPunctuations = false,
    };

    private SparseNmfEstimator Topics(string words)
    {
        var factorisation = new SparseNmfEstimator.Options
        {
            OutputColumnName = options.OutputColumnName,
            InputColumnName = words,
            Rank = options.Rank,
            Sparsity = options.Sparsity,
            MaxIterations = options.MaxIterations,
            Seed = seed,
            MaxThreads = options.MaxThreads,
            CancellationToken = options.CancellationToken,
        };
        return new(factorisation, environment);
    }
}
