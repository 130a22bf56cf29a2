using System.Runtime.InteropServices;
using GspMl.Onnx.Models;
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

    /// <summary>Data that the file no longer has is told, and nothing is written: it ends before, within or between the tensors.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(First + 20)]
    [InlineData(1000)]
    [InlineData(Second + 20)]
    public void Data_that_has_become_shorter_leaves_the_old_model_alone(int length)
    {
        var bytes = new byte[5000];
        Values(bytes, First, 1);
        Values(bytes, Second, 2);
        Make(bytes);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        using var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5) }).Model;
        File.WriteAllBytes(folder["w.bin"], bytes[..length]);

        Directory.CreateDirectory(folder["out"]);
        Assert.Equal($"{folder["out/model.onnx"]} cannot be written: {folder["w.bin"]} became shorter while it was read",
            Assert.Throws<OnnxModelException>(() => pruned.Save(folder["out/model.onnx"])).Message);

        Assert.Empty(Directory.GetFileSystemEntries(folder["out"]));
    }

    /// <summary>What the first of them became holds for all: the second may have no edit of its own, or another.</summary>
    [Fact]
    public void Tensors_that_share_their_bytes_are_written_once()
    {
        var bytes = new byte[5000];
        Values(bytes, First, 1);
        File.WriteAllBytes(folder["w.bin"], bytes);
        new GraphBuilder().Input("x", "n", 8).Output("y", "n", 4)
            .Initializer(Stored("one", First, 8, 4)).Initializer(Stored("two", First, 8, 4))
            .Node("MatMul", ["x", "one"], ["h"]).Node("MatMul", ["x", "two"], ["i"]).Node("Add", ["h", "i"], ["y"])
            .Save(folder["model.onnx"]);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        var edits = new ModelEdits();
        foreach (var tensor in model.Content.Tensors) edits.Set(tensor, MemoryMarshal.AsBytes<float>(new float[Count]).ToArray());
        using var changed = model.With(edits);

        using var written = new MemoryStream();
        ExternalFiles.InPlace(changed.Content).Files.Single().WriteTo(written, changed.Content);

        Array.Clear(bytes, First, 4 * Count);
        Assert.Equal(bytes, written.ToArray());
    }

    /// <summary>A model that was made in memory has a new layout, and its data is written from there.</summary>
    [Fact]
    public void Data_that_was_made_in_memory_has_the_size_that_is_told()
    {
        var bytes = new byte[5000];
        Values(bytes, First, 1);
        Values(bytes, Second, 2);
        Make(bytes);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        using var shrunk = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Parameters(0.5), Multiple = 1 }).Model;
        Assert.False(shrunk.Content.File.IsDataOnDisk);
        var size = shrunk.MeasureBytes();
        Directory.CreateDirectory(folder["out"]);
        shrunk.Save(folder["out/model.onnx"]);

        Assert.Equal(size, new FileInfo(folder["out/model.onnx"]).Length + new FileInfo(folder["out/w.bin"]).Length);
        using var again = OnnxModel.Load(folder["out/model.onnx"]);
        foreach (var (kept, read) in shrunk.Content.Tensors.Zip(again.Content.Tensors))
            Assert.Equal(shrunk.Content.Elements.Bytes(kept).ToArray(), again.Content.Elements.Bytes(read).ToArray());
    }

    [Fact]
    public void Data_takes_the_first_name_that_is_free()
    {
        Make(new byte[5000]);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        var asked = new List<string>();
        var files = ExternalFiles.Write(model.Content, "out.onnx", file =>
        {
            asked.Add(file.Target);
            return asked.Count == 4;
        });
        Assert.Equal(["w.bin", "out.onnx.data", "out.onnx.data.2", "out.onnx.data.3"], asked);
        Assert.Equal(["out.onnx.data.3", "out.onnx.data.3"], files.Moved.Select(moved => moved.Location));
        Assert.Empty(ExternalFiles.InPlace(model.Content).Moved);
    }

    [Theory]
    [InlineData("m.onnx.data", true)]
    [InlineData("m.onnx.data.2", true)]
    [InlineData("m.onnx.data.17", true)]
    [InlineData("w.bin", true)]
    [InlineData("m.onnx.data.2a", false)]
    [InlineData("m.onnx.json", false)]
    [InlineData("w.bin.2", false)]
    [InlineData("deep/w.bin", false)]
    [InlineData("m.onnx.dat", false)]
    [InlineData("other.onnx.data.2", false)]
    public void Names_that_data_may_get_are_known_before_it_is_written(string other, bool may)
    {
        Make(new byte[5000]);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        Assert.Equal(may, ExternalFiles.MayBe(model.Content, folder["m.onnx"], folder[other]));
    }

    [Fact]
    public void Each_of_several_files_is_known_as_data_of_the_model()
    {
        Make(new byte[5000]);
        File.Copy(folder["w.bin"], folder["b.bin"]);
        var later = Stored("later", Second, 4, 8);
        later.ExternalData[0].Value = "b.bin";
        new GraphBuilder().Input("x", "n", 8).Output("y", "n", 8).Initializer(later).Initializer(Stored("earlier", First, 8, 4))
            .Node("MatMul", ["x", "earlier"], ["h"]).Node("MatMul", ["h", "later"], ["y"]).Save(folder["model.onnx"]);
        using var model = OnnxModel.Load(folder["model.onnx"]);
        foreach (var name in new[] { "w.bin", "b.bin" })
        {
            Assert.True(ExternalFiles.MayBe(model.Content, folder["m.onnx"], folder[name]));
            Assert.Contains("is external data of", Assert.Throws<OnnxModelException>(() => model.Save(folder[name])).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_are_counted_and_not_kept()
    {
        using var stream = new CountingStream();
        stream.Write([1, 2, 3]);
        stream.Write(new byte[10], 2, 5);
        stream.Flush();
        Assert.Equal((8, 8), (stream.Length, stream.Position));
        Assert.Equal((false, false, true), (stream.CanRead, stream.CanSeek, stream.CanWrite));
        foreach (var other in new Action[] { () => stream.Position = 0, () => stream.ReadExactly(new byte[1], 0, 1),
            () => stream.SetLength(0), () => stream.Seek(0, SeekOrigin.Begin) }) Assert.Throws<NotSupportedException>(other);
    }

    private void Make(byte[] bytes)
    {
        File.WriteAllBytes(folder["w.bin"], bytes);
        new GraphBuilder().Input("x", "n", 8).Output("y", "n", 8)
            .Initializer(Stored("later", Second, 4, 8)).Initializer(Stored("earlier", First, 8, 4))
            .Node("MatMul", ["x", "earlier"], ["h"]).Node("MatMul", ["h", "later"], ["y"]).Save(folder["model.onnx"]);
    }

    private static TensorProto Stored(string name, int offset, params long[] shape)
        => Outside(Shaped(name, TensorProto.Types.DataType.Float, shape),
            ("location", "w.bin"), ("offset", $"{offset}"), ("length", $"{4 * Count}"));

    private static void Values(byte[] bytes, int place, int seed)
        => GraphBuilder.Random(Count, seed).CopyTo(MemoryMarshal.Cast<byte, float>(bytes.AsSpan(place, 4 * Count)));

    private static float[] Numbers(byte[] bytes, int place) => MemoryMarshal.Cast<byte, float>(bytes.AsSpan(place, 4 * Count)).ToArray();
}
