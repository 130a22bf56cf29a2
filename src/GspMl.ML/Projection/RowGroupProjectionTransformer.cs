using GspMl.ML.Rows;
using GspMl.ML.Saving;
using GspMl.ML.Schema;
using GspMl.Projection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>Projects the vectors of each row as one group, see <see cref="RowGroupProjectionEstimator"/>. A row takes about three passes over its slots.</summary>
public sealed class RowGroupProjectionTransformer : RowToRowTransformer
{
    private readonly Parameters parameters;

    internal RowGroupProjectionTransformer(Parameters parameters) => this.parameters = parameters;

    internal sealed record Parameters(
        IReadOnlyList<string> Outputs, IReadOnlyList<string> Inputs, RowGroup Group,
        double Sparsity, bool UnitNorm, IReadOnlyList<IReadOnlyList<string>> SlotNames);

    /// <summary>The average Hoyer sparsity that each row is brought to.</summary>
    public double Sparsity => parameters.Sparsity;

    internal static RowGroupProjectionTransformer Restore(SavedGraph saved)
    {
        var weights = saved.Constant<float>(RowGroupGraph.WeightsName);
        var group = RowGroup.Of(
            [.. saved.Inputs.Select(c => c.Size)],
            [.. saved.Constant<long>(RowGroupGraph.LengthsName).Select(n => (int)n)],
            weights.Length > 0 ? weights : null);
        return new(new(
            [.. saved.Outputs.Select(c => c.Name)], [.. saved.Inputs.Select(c => c.Name)], group,
            saved.Number("sparsity"), saved.Flag("unit-norm"), [.. saved.Outputs.Select(c => c.SlotNames)]));
    }

    private protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new Mapping([.. parameters.Inputs.Select((name, i) => inputSchema.RequireSingleVector(name, parameters.Group.ColumnSizes[i]))], parameters);

    private protected override FittedGraph ToGraph() => new RowGroupGraph(parameters);

    private sealed class Mapping(DataViewSchema.Column[] inputs, Parameters parameters) : RowMapping
    {
        public override IReadOnlyList<DataViewSchema.Column> Inputs => inputs;

        public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
            [.. parameters.Outputs.Select((name, i) => SlotNames.SingleVector(name, parameters.Group.ColumnSizes[i], parameters.SlotNames[i]))];

        public override Delegate[] CreateGetters(DataViewRow row)
        {
            var state = new ProjectedRow(row, inputs, parameters);
            return [.. inputs.Select((_, column) => Getter(state, column))];
        }
    }

    private static ValueGetter<VBuffer<float>> Getter(ProjectedRow row, int column) =>
        (ref VBuffer<float> result) => row.Write(column, ref result);

    /// <summary>One row's group, projected once however many of its columns are asked for.</summary>
    private sealed class ProjectedRow
    {
        private readonly DataViewRow row;
        private readonly RowReader[] readers;
        private readonly GspProjector<float> projector;
        private readonly SparsityTarget target;
        private readonly int[] starts;
        private readonly float[] scratch;
        private readonly VectorGroup<float> group;
        private VBuffer<float> values;
        private long? position;

        public ProjectedRow(DataViewRow row, DataViewSchema.Column[] inputs, Parameters parameters)
        {
            this.row = row;
            readers = [.. inputs.Select(input => new RowReader(row, input, nonNegative: false))];
            projector = new(new() { UnitNorm = parameters.UnitNorm, MaxThreads = 1 });
            target = SparsityTarget.Hoyer(parameters.Sparsity);
            starts = [0, .. parameters.Group.ColumnSizes.Select((_, i) => parameters.Group.ColumnSizes.Take(i + 1).Sum())];
            scratch = new float[parameters.Group.Size];
            group = parameters.Group.Over(scratch);
        }

        public void Write(int column, ref VBuffer<float> result)
        {
            if (position != row.Position) Project();
            RowBuffers.Write(scratch.AsSpan(starts[column]..starts[column + 1]), ref result);
        }

        private void Project()
        {
            position = null;
            for (var i = 0; i < readers.Length; i++)
            {
                readers[i].Read(ref values);
                values.CopyTo(scratch.AsSpan(starts[i]..starts[i + 1]));
            }
            projector.Project(group, target);
            position = row.Position;
        }
    }
}
