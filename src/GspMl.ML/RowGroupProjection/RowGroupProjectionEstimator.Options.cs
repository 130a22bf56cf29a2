using GspMl.Collections;
using GspMl.ML.Validation;
using Microsoft.ML;

namespace GspMl.ML;

public sealed partial class RowGroupProjectionEstimator
{
    /// <summary>What to project, and how sparse to make it.</summary>
    public sealed record Options
    {
        private const string NamedTwice = "An input column is named twice: CopyColumns gives it a second name, or use two components.";

        /// <summary>
        /// The columns of the group: each input with the column that is added for it; an output of the input's name replaces it.
        /// </summary>
        public IReadOnlyList<InputOutputColumnPair> Columns { get; init => field = ContentList.Of(value); } =
            ContentList.Of<InputOutputColumnPair>([]);

        /// <summary>
        /// The lengths of the group's vectors, in the order of the columns' slots and in total as many. Null for one vector a column.
        /// A vector of length 1 passes through: no sparsity is defined for it.
        /// </summary>
        public IReadOnlyList<int>? Segments { get; init => field = ContentList.Of(value); }

        /// <summary>The average Hoyer sparsity of each row's vectors after projection, in [0,1].</summary>
        public double Sparsity { get; init; } = 0.5;

        /// <summary>A weight for each slot of all columns, at least 0 and in no vector all 0. Null for the plain form.</summary>
        public IReadOnlyList<float>? FeatureWeights { get; init => field = ContentList.Of(value); }

        /// <summary>
        /// Each vector is treated as if its norm were 1, so that vectors of large values are not spared at the cost of others.
        /// </summary>
        public bool UnitNorm { get; init; }

        /// <summary>The same, out of reach of whoever holds the lists.</summary>
        internal Options Copied() => this with
        {
            Columns = Columns is null ? null! : [.. Columns],
            Segments = Segments is null ? null : [.. Segments],
            FeatureWeights = FeatureWeights is null ? null : [.. FeatureWeights],
        };

        /// <summary>Sees that each option is within its range.</summary>
        /// <exception cref="ArgumentException">One is not; the parameter's name is the option's.</exception>
        internal void Validate()
        {
            ValidateColumns();
            OptionChecks.Require(Segments?.All(n => n >= 1) ?? true, nameof(Segments), "Each segment needs at least one slot.");
            OptionChecks.Fraction(Sparsity, nameof(Sparsity));
            OptionChecks.Weights(FeatureWeights, nameof(FeatureWeights));
        }

        private void ValidateColumns()
        {
            ArgumentNullException.ThrowIfNull(Columns, nameof(Columns));
            OptionChecks.Require(Columns.Count > 0, nameof(Columns), "At least one column is needed.");
            for (var i = 0; i < Columns.Count; i++)
            {
                if (Columns[i] is null) throw new ArgumentNullException(nameof(Columns), $"Pair {i} of the columns is null.");
                OptionChecks.ColumnName(Columns[i].OutputColumnName, nameof(Columns));
                OptionChecks.ColumnName(Columns[i].InputColumnName, nameof(Columns));
            }
            OptionChecks.Distinct(Columns.Select(pair => pair.OutputColumnName), nameof(Columns), "Two output columns have the same name.");
            OptionChecks.Distinct(Columns.Select(pair => pair.InputColumnName), nameof(Columns), NamedTwice);
        }
    }
}
