using GspMl.Onnx.Calibration;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Shrinking.Turning;
using GspMl.Onnx.Tests.Building;
using MathNet.Numerics.LinearAlgebra;

namespace GspMl.Onnx.Tests.Shrinking.Turning;

public sealed class FeatureTurningTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void In_shared_coordinates_products_stay_and_features_count_one_after_the_other()
    {
        var random = new Random(1);
        var (queries, keys) = (Moments(random), Moments(random));

        var basis = SharedBasis.Of(queries, keys);

        Assert.True((basis.First * basis.Second.Transpose() - Matrix<double>.Build.DenseIdentity(5)).L2Norm() < 1e-9);
        var turned = basis.First.Transpose() * queries * basis.First;
        var others = basis.Second.Transpose() * keys * basis.Second;
        Assert.True((turned - Matrix<double>.Build.DenseOfDiagonalVector(turned.Diagonal())).L2Norm() < 1e-2 * turned.L2Norm());
        Assert.True((turned - others).L2Norm() < 1e-2 * turned.L2Norm());
        Assert.Equal(turned.Diagonal().OrderDescending(), turned.Diagonal());
    }

    [Fact]
    public void Queries_with_keys_and_values_with_their_readers_are_found_in_every_block()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("vit_tiny.onnx"));
        var flow = ChannelFlow.Of(model, ModelRunShapes.Of(model, null));
        var blocks = model.Proto.Graph.Node.Count(node => node.OpType == "Softmax");

        var pairs = new TurnablePairs(new(model), flow);

        Assert.Equal((blocks, blocks), (pairs.QueriesAndKeys().Count, pairs.ValuesAndReaders().Count));
    }

    [Fact]
    public void A_turned_model_computes_what_it_did()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("vit_tiny.onnx"));
        var flow = ChannelFlow.Of(model, ModelRunShapes.Of(model, null));
        var inputs = CalibrationInputs.Create(model, ShippedModels.CalibrationDigits(50), 10);

        using var turned = FeatureTurning.Of(model, flow, inputs, default);
        turned.Save(folder["turned.onnx"]);

        Assert.False(turned.Edits.IsEmpty);
        Agreement.IsExact(model.Path, folder["turned.onnx"], ShippedModels.Digits(50), tolerance: 1e-4);
    }

    /// <summary>Queries and keys of four features, in three heads, whose products only have two.</summary>
    [Fact]
    public void Features_that_products_do_not_need_go_for_nothing()
    {
        var net = new SmallNet().Sequence(5, 6).Constant("q", LowRank(1), 6, 12).Constant("k", LowRank(2), 6, 12).Weight("v", 6, 12)
            .Node("MatMul", ["x", "q"], "xq").Node("MatMul", ["x", "k"], "xk").Node("MatMul", ["x", "v"], "xv").HeadsOf(3, 4)
            .Written("merged", 12);
        using var model = OnnxModel.Load(net.Builder.Save(folder["dense.onnx"]));
        var data = new EvaluationData([InputTensor.Create("x", GraphBuilder.Random(100 * 30, 5), [100, 5, 6])]);
        var options = ShrinkOptions.Accurate(ShrinkTarget.Macs(0.2), data) with { Multiple = 1, Include = ["q"] };

        var (smaller, report) = ModelShrinker.Shrink(model, options);
        using (smaller) smaller.Save(folder["smaller.onnx"]);

        Assert.Equal(2, report.Sets.Single(set => set.Layers.Count == 2).After);
        Agreement.IsExact(folder["dense.onnx"], folder["smaller.onnx"], data, tolerance: 0.03);
    }

    private static float[] LowRank(int seed)
    {
        var random = new Random(seed);
        var values = new float[72];
        for (var head = 0; head < 3; head++)
            for (var part = 0; part < 2; part++)
            {
                float[] left = [.. Enumerable.Range(0, 6).Select(_ => random.NextSingle() - 0.5f)];
                float[] right = [.. Enumerable.Range(0, 4).Select(_ => random.NextSingle() - 0.5f)];
                for (var i = 0; i < 6; i++)
                    for (var p = 0; p < 4; p++) values[(i * 12) + (head * 4) + p] += 4 * left[i] * right[p];
            }
        return values;
    }

    private static Matrix<double> Moments(Random random)
    {
        var samples = Matrix<double>.Build.Dense(20, 5, (_, _) => random.NextDouble() - 0.3);
        return samples.TransposeThisAndMultiply(samples);
    }
}
