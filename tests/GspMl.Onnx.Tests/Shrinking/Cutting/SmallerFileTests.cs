using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using static GspMl.Onnx.Tests.Building.GraphBuilder;
using Elements = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Onnx.Tests.Shrinking.Cutting;

/// <summary>What becomes of the rest of the file, and of weights in every form of storage.</summary>
public sealed class SmallerFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Unknown_fields_metadata_and_other_tensors_survive()
    {
        var net = Net();
        net.Builder.Model.MetadataProps.Add(new StringStringEntryProto { Key = "author", Value = "somebody" });
        var bytes = net.Builder.Model.ToByteArray().Concat(new byte[] { 0xF2, 0x3F, 3, 7, 8, 9 }).ToArray();
        File.WriteAllBytes(folder["dense.onnx"], bytes);

        Prune(folder["dense.onnx"]);

        var written = File.ReadAllBytes(folder["smaller.onnx"]);
        Assert.Equal([0xF2, 0x3F, 3, 7, 8, 9], written[^6..]);
        var (before, after) = (ModelProto.Parser.ParseFrom(bytes), ModelProto.Parser.ParseFrom(written));
        Assert.Equal(before.MetadataProps, after.MetadataProps);
        Assert.Equal(before.Graph.Node, after.Graph.Node);
        Assert.Equal(before.Graph.Input, after.Graph.Input);
        Assert.Equal(before.Graph.Output, after.Graph.Output);
        Assert.Equal(before.Graph.Initializer.Single(t => t.Name == "head.b"), after.Graph.Initializer.Single(t => t.Name == "head.b"));
    }

    [Fact]
    public void Told_shapes_of_activations_are_corrected()
    {
        var net = Net();
        net.Builder.Graph.ValueInfo.Add(Value("a", Elements.Float, "n", 8, 6, 6));
        net.Builder.Graph.ValueInfo.Add(Value("head", Elements.Float, "n", 3));

        var report = Prune(net.Builder.Save(folder["dense.onnx"]));

        var told = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["smaller.onnx"])).Graph.ValueInfo;
        Assert.Equal(["n", $"{report.Sets[0].After}", "6", "6"], told[0]
            .Type.TensorType.Shape.Dim.Select(d => d.HasDimValue ? $"{d.DimValue}" : d.DimParam));
        Assert.Equal(3, told[1].Type.TensorType.Shape.Dim[1].DimValue);
    }

    [Theory]
    [InlineData("raw")]
    [InlineData("typed")]
    [InlineData("external")]
    public void Weights_are_cut_in_every_form_of_storage(string stored)
    {
        var net = Net();
        Store(net.Builder.Graph.Initializer, stored);
        var report = Prune(net.Builder.Save(folder["dense.onnx"]));

        Assert.True(report.ParametersGone > 0.2);
        using var smaller = OnnxModel.Load(folder["smaller.onnx"]);
        Assert.All(smaller.Weights, weight
            => Assert.Equal(stored == "raw" ? TensorStorage.Raw : stored == "typed" ? TensorStorage.Typed : TensorStorage.External,
            weight.Storage));
        WriteReference();
        Agreement.IsExact(folder["masked.onnx"], folder["smaller.onnx"], Inputs());
        if (stored == "external")
            Assert.True(new FileInfo(folder["smaller.onnx.data"]).Length < new FileInfo(folder["weights.bin"]).Length);
    }

    [Fact]
    public void Half_precision_is_cut_too()
    {
        var net = new SmallNet();
        net.Builder.Input("x", Elements.Float16, "n", 6);
        net.Linear("a", "x", 6, 16).Node("Relu", ["a"], "b").Linear("c", "b", 16, 3).Builder.Output("c", Elements.Float16, "n", 3);
        foreach (var tensor in net.Builder.Graph.Initializer)
        {
            Half[] halves = [.. MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray().Select(v => (Half)v)];
            (tensor.DataType, tensor.RawData) = ((int)Elements.Float16, ByteString.CopyFrom(MemoryMarshal.AsBytes<Half>(halves)));
        }

        var report = Prune(net.Builder.Save(folder["dense.onnx"]));

        Assert.InRange(report.Sets[0].After, 1, 15);
        Assert.True(MaskedModel.Write(folder["dense.onnx"], folder["smaller.onnx"], folder["masked.onnx"]) > 0);
        Agreement.IsExact(folder["masked.onnx"], folder["smaller.onnx"], new([InputTensor.Create("x", Random(24, seed: 4), 4, 6)]),
            tolerance: 2e-3);
    }

    [Fact]
    public void A_model_may_take_its_own_place()
    {
        var net = Net();
        Store(net.Builder.Graph.Initializer, "external");
        var dense = net.Builder.Save(folder["model.onnx"]);
        using (var model = OnnxModel.Load(dense))
        using (var smaller = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Parameters(0.3), Multiple = 1 })
            .Model) smaller.Save(dense);

        using var again = OnnxModel.Load(dense);
        Assert.True(again.Weights[0].Shape[0] < 8);
        Assert.NotEmpty(ModelEvaluator.Evaluate(again, Inputs(), new() { LatencyRuns = 0 }).Outputs);
    }

    [Fact]
    public void The_smaller_model_runs_before_it_is_written()
    {
        using var model = OnnxModel.Load(Net().Builder.Save(folder["dense.onnx"]));
        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Parameters(0.3), Multiple = 1 });
        using (smaller)
        {
            smaller.Save(folder["smaller.onnx"]);
            Assert.Equal(report.Sets[0].After, smaller.Weights[0].Shape[0]);
            using var written = OnnxModel.Load(folder["smaller.onnx"]);
            Assert.Equal(0, ModelEvaluator.Compare(smaller, written, Inputs(), new() { LatencyRuns = 0 }).MaxDifference);
            Assert.Equal(new FileInfo(folder["smaller.onnx"]).Length, smaller.MeasureBytes());
        }
    }

    private ShrinkReport Prune(string path)
    {
        using var model = OnnxModel.Load(path);
        var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Parameters(0.3), Multiple = 1 });
        using (smaller) smaller.Save(folder["smaller.onnx"]);
        return report;
    }

    /// <summary>The reference is made of the same net with its weights in the model file.</summary>
    private void WriteReference()
    {
        Net().Builder.Save(folder["raw.onnx"]);
        using (var model = OnnxModel.Load(folder["raw.onnx"]))
        using (var smaller = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Parameters(0.3), Multiple = 1 })
            .Model) smaller.Save(folder["raw-smaller.onnx"]);
        Assert.True(MaskedModel.Write(folder["raw.onnx"], folder["raw-smaller.onnx"], folder["masked.onnx"]) > 0);
    }

    /// <summary>External data lies behind 64 bytes that belong to nobody.</summary>
    private void Store(IEnumerable<TensorProto> tensors, string stored)
    {
        var data = new List<byte>(new byte[64]);
        foreach (var tensor in tensors)
        {
            if (stored == "external")
            {
                var (offset, bytes) = (data.Count, tensor.RawData);
                data.AddRange(bytes);
                Outside(tensor, ("location", "weights.bin"), ("offset", $"{offset}"), ("length", $"{bytes.Length}"));
            }
            if (stored == "typed") tensor.FloatData.Add(MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray());
            if (stored != "raw") tensor.ClearRawData();
        }
        if (stored == "external") File.WriteAllBytes(folder["weights.bin"], [.. data]);
    }

    private static SmallNet Net()
        => new SmallNet().Picture().Conv("a", "x", 3, 8).Node("Relu", ["a"], "b").Conv("c", "b", 8, 12).Classify("c", 12);

    private static EvaluationData Inputs() => new([InputTensor.Create("x", Random(4 * 3 * 36, seed: 4), 4, 3, 6, 6)]);
}
