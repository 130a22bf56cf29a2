using GspMl.Factorization;

namespace GspMl.ML;

public sealed partial class SparseNmfEstimator
{
    /// <summary>What to factorise, and how.</summary>
    public sealed class Options
    {
        /// <summary>The column that is added: a vector of <see cref="Rank"/> coefficients.</summary>
        public string OutputColumnName { get; set; } = "Features";

        /// <summary>The column that is read; null means the one of <see cref="OutputColumnName"/>, which is then replaced.</summary>
        public string? InputColumnName { get; set; }

        /// <summary>The number of components, and so of new features.</summary>
        public int Rank { get; set; } = 10;

        /// <summary>
        /// The average Hoyer sparsity of the components over the slots, in [0,1]: at 1 each is a single slot. Components that are sparser by
        /// themselves stay so. Null: not constrained.
        /// </summary>
        public double? Sparsity { get; set; } = 0.8;

        /// <summary>The average Hoyer sparsity of each component's coefficients over the training rows; null: not constrained. Rows encoded later are not held to it.</summary>
        public double? CoefficientSparsity { get; set; }

        /// <summary>The algorithm; null means PSNMF where a sparsity is asked for, else A-HALS.</summary>
        public NmfAlgorithm? Algorithm { get; set; }

        /// <summary>A weight for each slot, at least 0 and not all 0: entries at slots of small weight cost little sparsity. Needs <see cref="Sparsity"/>.</summary>
        public IReadOnlyList<float>? Weights { get; set; }

        /// <summary>How the factors start.</summary>
        public NmfInitialization Initialization { get; set; }

        /// <summary>The most iterations.</summary>
        public int MaximumNumberOfIterations { get; set; } = 200;

        /// <summary>The fit ends when the relative error has fallen by less than this fraction of itself over ten iterations; 0: never.</summary>
        public double Tolerance { get; set; } = 1e-4;

        /// <summary>The most time to spend on the factorisation; null: no bound.</summary>
        public TimeSpan? MaximumTime { get; set; }

        /// <summary>The seed; null takes one from the <see cref="Microsoft.ML.MLContext"/>, so that a context with a seed gives the same fit each run.</summary>
        public int? Seed { get; set; }

        /// <summary>The most threads to use; 0: one for each processor.</summary>
        public int NumberOfThreads { get; set; }

        /// <summary>
        /// The most numbers that may be held in memory while fitting. Data of more are read again for each iteration, in mini-batches, and memory
        /// is bounded by slots × rank and one batch; with a <see cref="CoefficientSparsity"/> or an <see cref="Initialization"/> that is not random
        /// also by some times rows × rank.
        /// </summary>
        public long MaximumValuesInMemory { get; set; } = 1L << 28;

        /// <summary>Ends a fit that is under way with an <see cref="OperationCanceledException"/>.</summary>
        public CancellationToken CancellationToken { get; set; }
    }
}
