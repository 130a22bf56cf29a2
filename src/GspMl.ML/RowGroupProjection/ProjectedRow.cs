using GspMl.ML.Rows;
using GspMl.Projection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>One row's group, projected once however many of its columns are asked for.</summary>
internal sealed class ProjectedRow
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

    public ProjectedRow(DataViewRow row, DataViewSchema.Column[] inputs, RowGroupModel model)
    {
        this.row = row;
        readers = [.. inputs.Select(input => new RowReader(row, input, nonNegative: false))];
        projector = new(new() { UnitNorm = model.UnitNorm, MaxThreads = 1 });
        target = SparsityTarget.Hoyer(model.Sparsity);
        starts = [0, .. model.Group.ColumnSizes.Select((_, i) => model.Group.ColumnSizes.Take(i + 1).Sum())];
        scratch = new float[model.Group.Size];
        group = model.Group.Over(scratch);
    }

    public void Write(int column, ref VBuffer<float> result)
    {
        if (position != row.Position) Project();
        RowBuffers.Write(scratch.AsSpan(starts[column]..starts[column + 1]), ref result);
    }

    private void Project()
    {
        position = null; // until all columns are in and projected: a row that is refused leaves nothing that another column could show
        for (var i = 0; i < readers.Length; i++)
        {
            readers[i].Read(ref values);
            values.CopyTo(scratch.AsSpan(starts[i]..starts[i + 1]));
        }
        projector.Project(group, target);
        position = row.Position;
    }
}
