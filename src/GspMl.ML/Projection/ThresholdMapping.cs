using GspMl.ML.Rows;
using GspMl.ML.Schema;
using GspMl.Projection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>Projects each row with a multiplier that is known.</summary>
internal sealed class ThresholdMapping(DataViewSchema.Column input, GspProjectionModel model) : RowMapping
{
    public override IReadOnlyList<DataViewSchema.Column> Inputs { get; } = [input];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
        [KeptSlots.Column(model.Output, input, model.SlotNames, isUntouched: _ => false)];

    public override Delegate[] CreateGetters(DataViewRow row)
    {
        var reader = new RowReader(row, input, nonNegative: false);
        var projector = new GspProjector<float>(new() { UnitNorm = model.UnitNorm, MaxThreads = 1 });
        var layout = VectorLayout.Rows(1, model.Size);
        var values = default(VBuffer<float>);
        var scratch = new float[model.Size];
        return [new ValueGetter<VBuffer<float>>(Project)];

        void Project(ref VBuffer<float> result)
        {
            reader.Read(ref values);
            values.CopyTo(scratch);
            projector.Apply(scratch, scratch, layout, model.Multiplier, model.Weights);
            RowBuffers.Write(scratch, ref result);
        }
    }
}
