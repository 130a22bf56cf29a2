using GspMl.ML.Validation;
using Microsoft.ML.Transforms.Text;

namespace GspMl.ML;

public sealed partial class TextTopicsEstimator
{
    /// <summary>Which words count, and what to learn from them.</summary>
    public sealed record Options
    {
        /// <summary>
        /// The column that is added: a vector of <see cref="Rank"/> coefficients, each slot named by its topic's first words.
        /// </summary>
        public string OutputColumnName { get; init; } = "Topics";

        /// <summary>
        /// The column of text that is read; null means the one of <see cref="OutputColumnName"/>, which is then replaced.
        /// </summary>
        public string? InputColumnName { get; init; }

        /// <summary>A column to add for the weighted words themselves; null: they are dropped.</summary>
        public string? WordsColumnName { get; init; }

        /// <summary>The number of topics.</summary>
        public int Rank { get; init; } = 20;

        /// <summary>The average Hoyer sparsity of the topics over the words, in [0,1]; null: not constrained.</summary>
        public double? Sparsity { get; init; } = 0.7;

        /// <summary>The most words that one feature may be made of: 2 for pairs of words beside single ones. At least 1.</summary>
        public int NgramLength { get; init; } = 1;

        /// <summary>A word counts that occurs in at least so many training texts. At least 1.</summary>
        public int MinTexts { get; init; } = 2;

        /// <summary>The language whose commonest words are left out; null: none are.</summary>
        public TextFeaturizingEstimator.Language? StopWords { get; init; } = TextFeaturizingEstimator.Language.English;

        /// <summary>The most iterations, at least 1.</summary>
        public int MaxIterations { get; init; } = 200;

        /// <summary>The seed; null takes one from the <see cref="Microsoft.ML.MLContext"/>.</summary>
        public int? Seed { get; init; }

        /// <summary>
        /// The most threads that the factorisation uses: 0 for as many as there are processors, 1 for the calling thread alone.
        /// </summary>
        public int MaxThreads { get; init; }

        /// <summary>Ends a factorisation that is under way with an <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; init; }

        internal string Input => InputColumnName ?? OutputColumnName;

        /// <summary>Sees that each option is within its range; those of the factorisation are checked by it.</summary>
        /// <exception cref="ArgumentException">One is not; the parameter's name is the option's.</exception>
        internal void Validate()
        {
            OptionChecks.ColumnName(OutputColumnName, nameof(OutputColumnName));
            OptionChecks.ColumnName(Input, nameof(InputColumnName));
            OptionChecks.ColumnName(WordsColumnName ?? OutputColumnName, nameof(WordsColumnName));
            var areTwo = WordsColumnName != OutputColumnName;
            OptionChecks.Require(areTwo, nameof(WordsColumnName), "The words and the topics need two columns.");
            OptionChecks.Positive(NgramLength, nameof(NgramLength));
            OptionChecks.Positive(MinTexts, nameof(MinTexts));
            if (StopWords is { } language) OptionChecks.Defined(language, nameof(StopWords));
        }
    }
}
