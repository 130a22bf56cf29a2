using GspMl.Factorization;
using GspMl.ML.Rows;
using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>Encodes each row by the components.</summary>
internal sealed class EncodingMapping(DataViewSchema.Column input, SparseNmfModel model, NonnegativeEncoder<float> encoder) : RowMapping
{
    public override IReadOnlyList<DataViewSchema.Column> Inputs { get; } = [input];

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
        [SlotNames.SingleVector(model.Output, model.Basis.Columns, model.ComponentNames)];

    public override Delegate[] CreateGetters(DataViewRow row)
    {
        var reader = new RowReader(row, input, nonNegative: true);
        var values = default(VBuffer<float>);
        return [new ValueGetter<VBuffer<float>>(Encode)];

        void Encode(ref VBuffer<float> result)
        {
            reader.Read(ref values);
            var editor = VBufferEditor.Create(ref result, model.Basis.Columns);
            if (values.IsDense) encoder.Encode(values.GetValues(), editor.Values);
            else encoder.Encode(values.GetIndices(), values.GetValues(), editor.Values);
            result = editor.Commit();
        }
    }
}
