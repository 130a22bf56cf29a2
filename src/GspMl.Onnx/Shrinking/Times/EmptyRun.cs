using Google.Protobuf;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Timing;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Shrinking.Times;

/// <summary>A run that computes nothing: what every run costs beside its kernels.</summary>
internal static class EmptyRun
{
    private const int Opset = 13;
    private const int IrVersion = 7;
    private const int Rounds = 5;

    /// <summary>How long it takes.</summary>
    /// <param name="maxThreads">Threads of ONNX Runtime; 0 leaves it to ONNX Runtime.</param>
    public static double Milliseconds(int maxThreads)
    {
        var input = new ChainInput("a", TensorElementType.Float32, [1]);
        var graph = new GraphProto { Name = "empty" };
        graph.Node.Add(Branching.Renaming("a", "b"));
        graph.Input.Add(input.Declared());
        graph.Output.Add(new ValueInfoProto { Name = "b" });
        var model = new ModelProto { IrVersion = IrVersion, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = Opset });
        using var empty = OnnxModel.Load(model.ToByteArray(), "an empty model");
        using var value = input.MakeUp(new(1));
        using var session = new TimedSession(empty, new Dictionary<string, OrtValue> { ["a"] = value }, maxThreads);
        return session.Least(Rounds);
    }
}
