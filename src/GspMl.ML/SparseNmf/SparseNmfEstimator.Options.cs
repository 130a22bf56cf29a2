using GspMl.Collections;
using GspMl.Factorization;
using GspMl.ML.Validation;

namespace GspMl.ML;

public sealed partial class SparseNmfEstimator
{
    /// <summary>What to factorise, and how.</summary>
    public sealed record Options
    {
        /// <summary>The column that is added: a vector of <see cref="Rank"/> coefficients.</summary>
        public string OutputColumnName { get; init; } = "Features";

        /// <summary>The column that is read; null means the one of <see cref="OutputColumnName"/>, which is then replaced.</summary>
        public string? InputColumnName { get; init; }

        /// <summary>The number of components, and so of new features.</summary>
        public int Rank { get; init; } = 10;

        /// <summary>
        /// The average Hoyer sparsity of the components over the slots, in [0,1]: at 1 each is a single slot. Components that are sparser
        /// by themselves stay so. Null: not constrained.
        /// </summary>
        public double? Sparsity { get; init; } = 0.8;

        /// <summary>
        /// The average Hoyer sparsity of each component's coefficients over the training rows; null: not constrained. Rows encoded later
        /// are not held to it.
        /// </summary>
        public double? CoefficientSparsity { get; init; }

        /// <summary>The algorithm; null means PSNMF where a sparsity is asked for, else A-HALS.</summary>
        public NmfAlgorithm? Algorithm { get; init; }

        /// <summary>
        /// A weight for each slot, at least 0 and not all 0: entries at slots of small weight cost little sparsity. Needs
        /// <see cref="Sparsity"/>.
        /// </summary>
        public IReadOnlyList<float>? FeatureWeights { get; init => field = ContentList.Of(value); }

        /// <summary>How the factors start.</summary>
        public NmfInitialization Initialization { get; init; }

        /// <summary>The most iterations, at least 1.</summary>
        public int MaxIterations { get; init; } = 200;

        /// <summary>
        /// The fit ends when the relative error has fallen by less than this fraction of itself over ten iterations; 0: never.
        /// </summary>
        public double Tolerance { get; init; } = 1e-4;

        /// <summary>The most time to spend on the factorisation; null: no bound. The iteration under way is completed.</summary>
        public TimeSpan? MaxTime { get; init; }

        /// <summary>
        /// The seed; null takes one from the <see cref="Microsoft.ML.MLContext"/>, so that a context with a seed gives the same fit each
        /// run.
        /// </summary>
        public int? Seed { get; init; }

        /// <summary>
        /// The most threads that the factorisation uses: 0 for as many as there are processors, 1 for the calling thread alone.
        /// </summary>
        public int MaxThreads { get; init; }

        /// <summary>
        /// The most numbers that may be held in memory while fitting. Data of more are read again for each iteration, in mini-batches, and
        /// memory is bounded by slots × rank and one batch; with a <see cref="CoefficientSparsity"/> or an <see cref="Initialization"/>
        /// that is not random also by some times rows × rank.
        /// </summary>
        public long MaxValuesInMemory { get; init; } = 1L << 28;

        /// <summary>Ends a fit that is under way with an <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; init; }

        internal string Input => InputColumnName ?? OutputColumnName;

        /// <summary>Whether every row's coefficients must be kept through the fit.</summary>
        internal bool NeedsCoefficients => CoefficientSparsity is not null || Initialization != NmfInitialization.Random;

        /// <summary>The same, out of reach of whoever holds the list.</summary>
        internal Options Copied() => this with { FeatureWeights = FeatureWeights is null ? null : [.. FeatureWeights] };

        /// <summary>Sees that each option is within its range and fits the others.</summary>
        /// <exception cref="ArgumentException">One is not; the parameter's name is the option's.</exception>
        internal void Validate()
        {
            OptionChecks.ColumnName(OutputColumnName, nameof(OutputColumnName));
            OptionChecks.ColumnName(Input, nameof(InputColumnName));
            OptionChecks.Positive(Rank, nameof(Rank));
            OptionChecks.Fraction(Sparsity ?? 0, nameof(Sparsity));
            OptionChecks.Fraction(CoefficientSparsity ?? 0, nameof(CoefficientSparsity));
            OptionChecks.Weights(FeatureWeights, nameof(FeatureWeights));
            var weighted = FeatureWeights is not null;
            OptionChecks.Require(!weighted || Sparsity is not null, nameof(FeatureWeights), "Weights need a sparsity of the components.");
            OptionChecks.Defined(Initialization, nameof(Initialization));
            OptionChecks.Positive(MaxIterations, nameof(MaxIterations));
            OptionChecks.NotNegative(Tolerance, nameof(Tolerance));
            OptionChecks.NotNegative(MaxTime, nameof(MaxTime));
            OptionChecks.NotNegative(MaxThreads, nameof(MaxThreads));
            OptionChecks.NotNegative(MaxValuesInMemory, nameof(MaxValuesInMemory));
            ValidateAlgorithm();
        }

        private void ValidateAlgorithm()
        {
            if (Algorithm is not { } algorithm) return;
            OptionChecks.Defined(algorithm, nameof(Algorithm));
            var sparse = Sparsity is not null || CoefficientSparsity is not null;
            var imposes = algorithm is not (NmfAlgorithm.AHals or NmfAlgorithm.NeNmf);
            var reason = sparse ? $"{algorithm} imposes no sparsity." : $"{algorithm} needs a sparsity.";
            OptionChecks.Require(sparse == imposes, nameof(Algorithm), reason);
        }
    }
}
