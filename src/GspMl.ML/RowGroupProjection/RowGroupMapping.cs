using GspMl.ML.Rows;
using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>Projects the vectors of each row as one group.</summary>
internal sealed class RowGroupMapping : RowMapping
{
    private readonly DataViewSchema.Column[] inputs;
    private readonly RowGroupModel model;

    private RowGroupMapping(DataViewSchema.Column[] inputs, RowGroupModel model)
    {
        (this.inputs, this.model) = (inputs, model);
        Outputs =
        [
            .. model.Outputs.Select((name, i) =>
            {
                var first = model.Group.ColumnSizes.Take(i).Sum();
                return KeptSlots.Column(name, inputs[i], model.SlotNames[i], slot => model.Group.PassesThrough(first + slot));
            }),
        ];
    }

    /// <summary>The mapping for rows of a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, of another type or of another size.</exception>
    public static RowGroupMapping Of(DataViewSchema schema, RowGroupModel model) =>
        new([.. model.Inputs.Select((name, i) => schema.RequireSingleVector(name, model.Group.ColumnSizes[i]))], model);

    public override IReadOnlyList<DataViewSchema.Column> Inputs => inputs;

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; }

    public override Delegate[] CreateGetters(DataViewRow row)
    {
        var projected = new ProjectedRow(row, inputs, model);
        return [.. inputs.Select((_, column) => Getter(projected, column))];
    }

    private static ValueGetter<VBuffer<float>> Getter(ProjectedRow row, int column) =>
        (ref VBuffer<float> result) => row.Write(column, ref result);
}
