using GspMl.Collections;
using GspMl.ML.Validation;
using GspMl.Projection;

namespace GspMl.ML;

public sealed partial class GspProjectionEstimator
{
    /// <summary>What to project, and how sparse to make it.</summary>
    public sealed record Options
    {
        /// <summary>The column that is added.</summary>
        public string OutputColumnName { get; init; } = "Features";

        /// <summary>The column that is read; null means the one of <see cref="OutputColumnName"/>, which is then replaced.</summary>
        public string? InputColumnName { get; init; }

        /// <summary>The average Hoyer sparsity of the training rows after projection, in [0,1].</summary>
        public double Sparsity { get; init; } = 0.5;

        /// <summary>
        /// A weight for each slot, at least 0 and not all 0: a slot of greater weight is dropped sooner. Null for the plain form.
        /// </summary>
        public IReadOnlyList<float>? FeatureWeights { get; init => field = ContentList.Of(value); }

        /// <summary>Each row is treated as if its norm were 1, so that rows of large values are not spared at the cost of others.</summary>
        public bool UnitNorm { get; init; }

        /// <summary>The greatest difference allowed between the average sparsity reached and the one asked for.</summary>
        public double Tolerance { get; init; } = GspProjector<float>.DefaultTolerance;

        /// <summary>The most threads that a fit uses: 0 for as many as there are processors, 1 for the calling thread alone.</summary>
        public int MaxThreads { get; init; }

        /// <summary>The most values held in memory at once while fitting, at least 1; a batch of rows has no more.</summary>
        public int MaxValuesInMemory { get; init; } = 1 << 22;

        /// <summary>Ends a fit that is under way with an <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; init; }

        internal string Input => InputColumnName ?? OutputColumnName;

        /// <summary>The same, out of reach of whoever holds the list.</summary>
        internal Options Copied() => this with { FeatureWeights = FeatureWeights is null ? null : [.. FeatureWeights] };

        /// <summary>Sees that each option is within its range.</summary>
        /// <exception cref="ArgumentException">One is not; the parameter's name is the option's.</exception>
        internal void Validate()
        {
            OptionChecks.ColumnName(OutputColumnName, nameof(OutputColumnName));
            OptionChecks.ColumnName(Input, nameof(InputColumnName));
            OptionChecks.Fraction(Sparsity, nameof(Sparsity));
            OptionChecks.Weights(FeatureWeights, nameof(FeatureWeights));
            OptionChecks.Positive(Tolerance, nameof(Tolerance));
            OptionChecks.NotNegative(MaxThreads, nameof(MaxThreads));
            OptionChecks.Positive(MaxValuesInMemory, nameof(MaxValuesInMemory));
        }
    }
}
