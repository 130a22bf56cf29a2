using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Proto;
using GspMl.Training.Forward;
using GspMl.Training.Tests.Operators.Rules;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Tests.Operators;

public sealed class OpsetUpgradeTests
{
    public static TheoryData<int> Older => new(RuleCases.All.Select((each, i) => (each, i)).Where(pair => pair.each.Opset < 16)
        .Select(pair => pair.i));

    [Theory]
    [MemberData(nameof(Older))]
    public void A_node_of_an_older_version_computes_the_same_in_the_newer(int index)
    {
        var model = RuleCases.All[index].Model(TensorProto.Types.DataType.Float);
        var forward = ForwardGraph.Of("case", new WorkingModel(OnnxModel.Load(model.ToByteArray())));
        Assert.Equal(16, forward.Opset);
        var (before, after) = (Run(model), Run(forward.Wrap(forward.Graph)));
        Assert.Equal(before.Length, after.Length);
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void A_version_too_old_is_refused_by_number()
    {
        var graph = new GspMl.Onnx.Tests.Building.GraphBuilder(opset: 6).Input("x", 1, 2).Output("y", 1, 2).Node("Relu", ["x"], ["y"]);
        var error = Assert.Throws<OnnxModelException>(()
            => ForwardGraph.Of("case", new WorkingModel(OnnxModel.Load(graph.Model.ToByteArray()))));
        Assert.Contains("operators of version 6 are older than 7", error.Message, StringComparison.Ordinal);
    }

    private static float[] Run(ModelProto model)
    {
        using var session = new InferenceSession(model.ToByteArray(),
            new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL });
        using var options = new RunOptions();
        using var results = session.Run(options, new Dictionary<string, OrtValue>(), ["y0"]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
