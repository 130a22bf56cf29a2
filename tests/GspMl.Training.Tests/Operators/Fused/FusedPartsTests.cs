using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using GspMl.Training.Forward;
using GspMl.Training.Operators.Fused;
using GspMl.Training.Tests.Operators.Rules;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Tests.Operators.Fused;

public sealed class FusedPartsTests
{
    public static TheoryData<int> Cases => new(RuleCases.All.Select((each, i) => (each, i))
        .Where(pair => FusedParts.Operators.Contains(pair.each.Op)).Select(pair => pair.i));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_parts_compute_what_the_fused_operator_does(int index)
    {
        var model = RuleCases.All[index].Model(TensorProto.Types.DataType.Float);
        var forward = ForwardGraph.Of("case", new WorkingModel(OnnxModel.Load(model.ToByteArray())));
        Assert.All(forward.Graph.Node, node => Assert.Empty(node.Domain));
        var (fused, parts) = (Run(model), Run(forward.Wrap(forward.Graph)));
        Assert.Equal(fused.Length, parts.Length);
        // ONNX Runtime has approximations of its own of the error function.
        Assert.All(fused.Zip(parts), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));
    }

    [Fact]
    public void Every_fused_operator_is_tried()
        => Assert.Empty(FusedParts.Operators.Except(RuleCases.All.Select(each => each.Op)));

    [Fact]
    public void A_sum_that_is_put_out_beside_the_normalised_one_is_there()
    {
        var skip = RuleCases.All.First(each => each.Op == "SkipLayerNormalization");
        var model = skip.Model(TensorProto.Types.DataType.Float);
        model.Graph.Node[0].Output.Add(["", "", "sum"]);
        model.Graph.Output[0].Name = "sum";
        var forward = ForwardGraph.Of("case", new WorkingModel(OnnxModel.Load(model.ToByteArray())));
        Assert.Equal(Run(model, "sum"), Run(forward.Wrap(forward.Graph), "sum"));
    }

    [Theory]
    [InlineData("lenet5")]
    [InlineData("vit_tiny")]
    [InlineData("mobilenet_mini_bn")]
    public void A_model_as_ONNX_Runtime_has_optimised_it_is_trained_whole(string net)
    {
        using var folder = new TemporaryFolder();
        using var dense = OnnxModel.Load(Optimised(ShippedModels.PathOf($"{net}.onnx"), folder["optimised.onnx"]));
        Assert.Contains(dense.Proto.Graph.Node, node => node.Domain == "com.microsoft");
        using var pruned = ModelPruner.Prune(dense, PruningOptions.Fast(SparsityTarget.Zeros(0.7))).Model;
        var report = ModelTuner.Tune(pruned, Digits.Short(dense) with { Variation = null }).Report;
        Assert.Empty(report.LeftAlone);
        Assert.True(report.Best.HeldBackLoss < report.Epochs[0].HeldBackLoss);
    }

    private static string Optimised(string path, string target)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
            OptimizedModelFilePath = target,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        using var session = new InferenceSession(path, options);
        return target;
    }

    private static float[] Run(ModelProto model, string output = "y0")
    {
        using var session = new InferenceSession(model.ToByteArray(),
            new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL });
        using var options = new RunOptions();
        using var results = session.Run(options, new Dictionary<string, OrtValue>(), [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
