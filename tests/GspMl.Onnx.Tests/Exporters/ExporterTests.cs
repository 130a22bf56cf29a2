using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using Microsoft.ML.OnnxRuntime;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Tests.Exporters;

/// <summary>
/// Models that others' exporters wrote (PyTorch, Paddle2ONNX, tf2onnx, …): pruned by the library, and by re-writing the
/// parsed message with zeros in the same places. The models are not part of the repository; GSPML_MODELS names a
/// folder that is searched for *.onnx.
/// </summary>
public sealed class ExporterTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_shipped_models_written_by_pytorch()
    {
        foreach (var file in new[] { "lenet300", "lenet5", "resnet14_bn", "mobilenet_mini_bn", "vit_tiny" })
            Assert.True(Check(ShippedModels.PathOf($"{file}.onnx")) > 0);
    }

    [Theory]
    [InlineData("lenet5", "FusedConv")]
    [InlineData("resnet14_bn", "FusedConv")]
    [InlineData("lenet300", "FusedGemm")]
    [InlineData("vit_tiny", "MatMul")]
    public void A_model_that_onnx_runtime_saved_after_fusing_its_operators(string name, string reader)
    {
        using (var options =
            new SessionOptions
            {
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
                OptimizedModelFilePath = folder["fused.onnx"]
            })
        using (new InferenceSession(ShippedModels.PathOf($"{name}.onnx"), options))
            Assert.True(File.Exists(folder["fused.onnx"]));
        using var model = OnnxModel.Load(folder["fused.onnx"]);
        output.WriteLine(string.Join(", ", model.Proto.Graph.Node.GroupBy(node => $"{node.Domain}.{node.OpType}")
            .Select(g => $"{g.Count()} {g.Key}")));
        Assert.Contains(model.Weights, weight => weight.Operator == reader);
        Assert.True(Check(folder["fused.onnx"]) > 0);
    }

    [Fact]
    public void Models_of_other_exporters()
    {
        var models = Environment.GetEnvironmentVariable("GSPML_MODELS");
        Assert.SkipWhen(string.IsNullOrEmpty(models) || !Directory.Exists(models), "GSPML_MODELS names no folder with models");
        var files = Directory.EnumerateFiles(models!, "*.onnx", SearchOption.AllDirectories).Order().ToList();
        // A saturated sigmoid can hide what pruning did to one of them, not to all.
        Assert.Contains(files.Select(Check).ToList(), difference => difference > 0);
    }

    /// <summary>Returns the largest difference of an output to the dense model's.</summary>
    private double Check(string path)
    {
        using var model = OnnxModel.Load(path);
        var summary = string.Join(", ", model.Weights.GroupBy(w => w.Operator).Select(g => $"{g.Count()} {g.Key}"));
        var alone =
            string.Join(", ", model.Skipped.Where(s => s.Shape.Count > 1).GroupBy(s => s.Reason.Split('\'')[0])
            .Select(g => $"{g.Count()} × {g.Key}"));
        var (count, all) =
            (model.Weights.Sum(w => w.Count),
            model.Weights.Sum(w => w.Count) + model.Skipped.Sum(s => s.Shape.Aggregate(1L, (p, e) => p * e)));
        var result = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original });
        using var pruned = result.Model;
        pruned.Save(folder["pruned.onnx"]);
        WriteReference(path, pruned, folder["reference.onnx"]);

        using var written = OnnxModel.Load(folder["pruned.onnx"]);
        using var reference = OnnxModel.Load(folder["reference.onnx"]);
        var data = Inputs(model) ?? throw new InvalidOperationException($"{path} takes none of the random inputs");
        var same = ModelEvaluator.Compare(written, reference, data, new() { LatencyRuns = 0 });
        var dense = ModelEvaluator.Compare(model, written, data, new() { LatencyRuns = 0 });
        output.WriteLine($"{Path.GetFileName(path)} by {model.Proto.ProducerName} {model.Proto.ProducerVersion}: {summary}: "
            + $"{(double)count / all:P1} of the numbers, {result.Report.Zeros:P1} zeros; left alone: {alone}; largest difference to the "
            + $"dense model {dense.MaxDifference:G3}");
        Assert.Equal(0, same.MaxDifference);
        Assert.Equal(0.5, result.Report.Zeros, 0.05);
        return dense.MaxDifference;
    }

    /// <summary>
    /// The whole message parsed, zeros put in, and written again: nothing of the library's reading of positions or its splicing is used.
    /// </summary>
    private static void WriteReference(string path, OnnxModel pruned, string target)
    {
        var message = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        var byName = new Dictionary<string, TensorProto>();
        Collect(message.Graph, "", byName);
        foreach (var weight in pruned.Weights)
        {
            var kept = pruned.Elements.Bytes(weight.Location).Span;
            var tensor = byName[weight.Name];
            var size = kept.Length / (int)weight.Count;
            var bytes = tensor.HasRawData ? tensor.RawData.ToByteArray() : MemoryMarshal.AsBytes<float>(tensor.FloatData.ToArray())
                .ToArray();
            for (var i = 0; i < weight.Count; i++)
                if (!kept.Slice(i * size, size).ContainsAnyExcept((byte)0)) bytes.AsSpan(i * size, size).Clear();
            tensor.FloatData.Clear();
            tensor.RawData = ByteString.CopyFrom(bytes);
        }
        File.WriteAllBytes(target, message.ToByteArray());
    }

    private static void Collect(GraphProto graph, string path, Dictionary<string, TensorProto> byName)
    {
        foreach (var initializer in graph.Initializer) byName[path + initializer.Name] = initializer;
        foreach (var node in graph.Node)
        {
            foreach (var attribute in node.Attribute)
            {
                if (attribute.T is { } tensor && node.OpType == "Constant") byName[path + node.Output[0]] = tensor;
                if (attribute.G is { } inner) Collect(inner, $"{path}{TensorIndex.NodeName(node)}/{attribute.Name}/", byName);
            }
        }
    }

    /// <summary>Random inputs of the first size that the model runs with; rows one, unknown extents alike.</summary>
    private static EvaluationData? Inputs(OnnxModel model)
    {
        using var session = Onnx.Sessions.ModelSession.Open(model, Onnx.Sessions.Devices.Device.Cpu);
        foreach (var size in new[] { 1, 32, 96, 320, 512, 640, 1280 })
        {
            var data =
                new EvaluationData([.. session.Session.InputMetadata.Select(input
                => Input(input.Key, input.Value.Dimensions, input.Value.ElementDataType, size))]);
            try
            {
                var result = ModelEvaluator.Evaluate(model, data, new() { LatencyRuns = 0 });
                if (result.Outputs.Any(o => o.Values.Count > 0 && o.Values.Any(v => v != 0))) return data;
            }
            catch (OnnxModelException)
            {
                // Too small for its convolutions, or the wrong multiple: the next size.
            }
        }
        return null;
    }

    private static InputTensor Input(string name, int[] dimensions, OrtElement type, int size)
    {
        // Signals are [rows, samples]; recurrent states are [layers, rows, width], so their second axis counts rows too.
        int[] shape =
            [.. dimensions.Select((extent, axis) => extent >= 0 ? extent : axis == 0 || (axis == 1 && dimensions.Length == 3) ? 1 : size)];
        var count = shape.Aggregate(1, (product, extent) => product * extent);
        // The integers that models of sound take are sampling rates.
        if (type is OrtElement.Int64 or OrtElement.Int32)
            return InputTensor.Create(name, Enumerable.Repeat(16000L, count).ToArray(), shape);
        return InputTensor.Create(name, GraphBuilder.Random(count, seed: 2), shape);
    }
}
