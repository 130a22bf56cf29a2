using GspMl.Onnx.Tests.Building;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Coverage;

/// <summary>
/// What a pruned model must compute, by other means: the weight is an input of the reference model, and the test computes the pruned values
/// itself.
/// </summary>
internal static class MaskedReference
{
    /// <summary>The weight with GSP's support, the vectors gathered by the operator's definition, one after the other, in double.</summary>
    public static double[] Prune(double[] weight, OperatorCase op, WeightGroup group, SparsityTarget target)
    {
        var vectors = Enumerable.Range(0, weight.Length).GroupBy(i => VectorOf(op.PlaceOfElement(i), group)).Select(g => g.ToArray())
            .ToList();
        var gathered = vectors.SelectMany(vector => vector.Select(i => weight[i])).ToArray();
        new GspProjector<double>(new() { Values = ProjectionValues.Original })
            .Project(gathered, gathered, VectorLayout.Rows(vectors.Count, vectors[0].Length), target);
        var result = new double[weight.Length];
        foreach (var (i, value) in vectors.SelectMany(vector => vector).Zip(gathered)) result[i] = value;
        return result;
    }

    /// <summary>The outputs of the operator with the given weight fed as an input.</summary>
    public static IReadOnlyList<float> Run(OperatorCase op, double[] weight, IReadOnlyList<InputTensor> data, TemporaryFolder folder)
    {
        var builder = Graph(op).Input("w", [.. op.WeightShape.Select(extent => (object)extent)]);
        op.AddTo(builder, "w");
        return Outputs(builder.Save(folder["reference.onnx"]), [.. data, InputTensor.Create("w", weight, op.WeightShape)]);
    }

    /// <summary>The model's inputs and outputs without the weight.</summary>
    public static GraphBuilder Graph(OperatorCase op)
    {
        var builder = new GraphBuilder().Input("x", [.. op.DataShape.Select(extent => (object)extent)]);
        foreach (var (name, shape) in op.Fed) builder.Input(name, [.. shape.Select(extent => (object)extent)]);
        return builder.Output("y", [.. Enumerable.Range(0, op.OutputRank).Select(axis => (object)$"d{axis}")]);
    }

    public static IReadOnlyList<InputTensor> Data(OperatorCase op)
        => [Random("x", op.DataShape), .. op.Fed.Select(fed => Random(fed.Name, fed.Shape))];

    public static IReadOnlyList<float> Outputs(string path, IReadOnlyList<InputTensor> data)
    {
        using var model = OnnxModel.Load(path);
        return ModelEvaluator.Evaluate(model, new(data), new() { LatencyRuns = 0 }).Outputs[0].Values;
    }

    private static InputTensor Random(string name, int[] shape)
        => InputTensor.Create(name, GraphBuilder.Random(shape.Aggregate(1, (product, extent) => product * extent), seed: 5), shape);

    public static object VectorOf(Place place, WeightGroup group) => group switch
    {
        WeightGroup.Kernel => place,
        WeightGroup.Input => (place.Group, place.Input),
        WeightGroup.Layer => 0,
        _ => (place.Group, place.Output),
    };
}
