using GspMl.ML.Rows;
using GspMl.ML.Saving;
using GspMl.ML.Schema;
using GspMl.Projection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>
/// Projects each row with the multiplier that was found for the training rows, see <see cref="GspProjectionEstimator"/>.
/// A row takes O(slots) time.
/// </summary>
public sealed class GspProjectionTransformer : RowToRowTransformer
{
    private readonly Parameters parameters;

    internal GspProjectionTransformer(Parameters parameters) => this.parameters = parameters;

    internal sealed record Parameters(
        string Output, string Input, int Size, double Multiplier, double Sparsity, float[] Weights, bool UnitNorm, IReadOnlyList<string> SlotNames);

    /// <summary>The multiplier μ, in the units of the data (with unit norm: of rows of norm 1); 0 when the rows were sparse enough.</summary>
    public double Multiplier => parameters.Multiplier;

    /// <summary>The average Hoyer sparsity of the projected training rows.</summary>
    public double Sparsity => parameters.Sparsity;

    internal static GspProjectionTransformer Restore(SavedGraph saved) => new(new(
        saved.Outputs[0].Name, saved.Inputs[0].Name, saved.Inputs[0].Size, saved.Number("multiplier"), saved.Number("sparsity"),
        saved.Constant<float>(ThresholdGraph.WeightsName), saved.Flag("unit-norm"), saved.Outputs[0].SlotNames));

    private protected override RowMapping Bind(DataViewSchema inputSchema) =>
        new Mapping(inputSchema.RequireSingleVector(parameters.Input, parameters.Size), parameters);

    private protected override FittedGraph ToGraph() => new ThresholdGraph(parameters);

    private sealed class Mapping(DataViewSchema.Column input, Parameters parameters) : RowMapping
    {
        public override IReadOnlyList<DataViewSchema.Column> Inputs { get; } = [input];

        public override IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; } =
            [SlotNames.SingleVector(parameters.Output, parameters.Size, parameters.SlotNames)];

        public override Delegate[] CreateGetters(DataViewRow row)
        {
            var reader = new RowReader(row, input, nonNegative: false);
            var projector = new GspProjector<float>(new() { UnitNorm = parameters.UnitNorm, MaxThreads = 1 });
            var layout = VectorLayout.Rows(1, parameters.Size);
            var values = default(VBuffer<float>);
            var scratch = new float[parameters.Size];
            return [new ValueGetter<VBuffer<float>>(Project)];

            void Project(ref VBuffer<float> result)
            {
                reader.Read(ref values);
                values.CopyTo(scratch);
                projector.Apply(scratch, scratch, layout, parameters.Multiplier, parameters.Weights);
                RowBuffers.Write(scratch, ref result);
            }
        }
    }
}
