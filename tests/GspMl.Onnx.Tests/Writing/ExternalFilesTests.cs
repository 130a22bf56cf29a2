using System.Runtime.InteropServices;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Writing;
using GspMl.Projection;
using static GspMl.Onnx.Tests.Building.GraphBuilder;

namespace GspMl.Onnx.Tests.Writing;

public sealed class ExternalFilesTests : IDisposable
{
    private const int Count = 32;
    private const int First = 128;
    private const int Second = 4096;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The tensors stand in the model in the other order than in the file, with bytes before, between and behind them.</summary>
    [Fact]
    public void Several_tensors_of_one_file_are_written_in_their_places_and_all_else_stays()
    {
        var bytes = new byte[5000];
        new Random(3).NextBytes(bytes);
        Values(bytes, First, 1);
        Values(bytes, Second, 2);
        Make(bytes);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original }).Model;

        Directory.CreateDirectory(folder["out"]);
        pruned.Save(folder["out/model.onnx"]);

        var written = File.ReadAllBytes(folder["out/w.bin"]);
        Assert.Equal(bytes.Length, written.Length);
        var zeros = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i is (>= First and < First + (4 * Count)) or (>= Second and < Second + (4 * Count))) continue;
            Assert.Equal(bytes[i], written[i]);
        }
        foreach (var place in new[] { First, Second })
            foreach (var (old, now) in Numbers(bytes, place).Zip(Numbers(written, place)))
            {
                zeros += now == 0 ? 1 : 0;
                Assert.True(now == 0 || now == old);
            }
        Assert.Equal(Count, zeros);
        Assert.Equal(bytes, File.ReadAllBytes(folder["w.bin"]));
    }

    /// <summary>Data that the file no longer has is told, and nothing is written.</summary>
    [Fact]
    public void Data_that_has_become_shorter_leaves_the_old_model_alone()
    {
        var bytes = new byte[5000];
        Values(bytes, First, 1);
        Values(bytes, Second, 2);
        Make(bytes);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5) }).Model;
        File.WriteAllBytes(folder["w.bin"], bytes[..1000]);

        Directory.CreateDirectory(folder["out"]);
        var error = Assert.ThrowsAny<Exception>(() => pruned.Save(folder["out/model.onnx"]));
        Assert.Contains("w.bin", error.Message, StringComparison.Ordinal);

        Assert.Empty(Directory.GetFileSystemEntries(folder["out"]));
    }

    [Theory]
    [InlineData("m.onnx.data", true)]
    [InlineData("m.onnx.data.2", true)]
    [InlineData("m.onnx.data.17", true)]
    [InlineData("w.bin", true)]
    [InlineData("m.onnx.data.2a", false)]
    [InlineData("m.onnx.json", false)]
    [InlineData("w.bin.2", false)]
    public void Names_that_data_may_get_are_known_before_it_is_written(string other, bool may)
    {
        Make(new byte[5000]);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        Assert.Equal(may, ExternalFiles.MayBe(model.Content, folder["m.onnx"], folder[other]));
    }

    [Fact]
    public void Bytes_are_counted_and_not_kept()
    {
        using var stream = new CountingStream();
        stream.Write([1, 2, 3]);
        stream.Write(new byte[10], 2, 5);
        Assert.Equal((8, 8), (stream.Length, stream.Position));
        Assert.Equal((false, false, true), (stream.CanRead, stream.CanSeek, stream.CanWrite));
    }

    private void Make(byte[] bytes)
    {
        File.WriteAllBytes(folder["w.bin"], bytes);
        new GraphBuilder().Input("x", "n", 8).Output("y", "n", 8)
            .Initializer(Stored("later", Second, 4, 8)).Initializer(Stored("earlier", First, 8, 4))
            .Node("MatMul", ["x", "earlier"], ["h"]).Node("MatMul", ["h", "later"], ["y"]).Save(folder["model.onnx"]);
    }

    private static TensorProto Stored(string name, int offset, params long[] shape)
    {
        var tensor = Shaped(name, TensorProto.Types.DataType.Float, shape);
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in new[] { ("location", "w.bin"), ("offset", $"{offset}"), ("length", $"{4 * Count}") })
            tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        return tensor;
    }

    private static void Values(byte[] bytes, int place, int seed)
        => GraphBuilder.Random(Count, seed).CopyTo(MemoryMarshal.Cast<byte, float>(bytes.AsSpan(place, 4 * Count)));

    private static float[] Numbers(byte[] bytes, int place) => MemoryMarshal.Cast<byte, float>(bytes.AsSpan(place, 4 * Count)).ToArray();
}
