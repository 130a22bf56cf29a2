using Google.Protobuf;
using GspMl.Onnx.Files;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Onnx.Tests.Files;
using GspMl.Onnx.Tests.Shrinking;
using GspMl.Onnx.Writing;
using GspMl.Projection;

namespace GspMl.Onnx.Tests.Writing;

/// <summary>
/// A model with external data is written over itself, and the process is killed: at each step, the old model or the new one must be there,
/// whole.
/// </summary>
public sealed class KilledWriteTests : IDisposable
{
    private static readonly SaveOptions Unchecked = new() { CheckLoads = false };
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("zeros", "w.bin")]
    [InlineData("zeros", "model.onnx.data")]
    [InlineData("zeros", "data/w.bin", "data/b.bin")]
    [InlineData("channels", "w.bin")]
    [InlineData("channels", "w.bin", "model.onnx.data")]
    public void A_kill_at_any_step_leaves_the_old_model_or_the_new(string change, params string[] locations)
    {
        var (old, changed) = Written(change, locations);
        Assert.NotEqual(old, changed);
        var steps = KilledDisk.AtEachStep(
            disk =>
            {
                Empty();
                Make(locations);
                Save(change, disk);
            },
            step =>
            {
                var found = Content();
                Assert.True(found == old || found == changed, $"neither model is there after a kill before step {step}");
                // The next run, of whatever it finds.
                Save("zeros", Disk.Local);
                Assert.Equal(1 + locations.Length, Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Length);
            });
        Assert.True(steps > 10, $"{steps} steps");
        Assert.Equal(changed, Content());
    }

    [Fact]
    public void A_kill_leaves_the_data_that_another_model_reads()
    {
        Make("w.bin");
        var shared = Content();
        KilledDisk.AtEachStep(
            disk =>
            {
                Empty();
                Make("w.bin");
                File.Copy(folder["model.onnx"], folder["other.onnx"]);
                Save("channels", disk);
            },
            _ =>
            {
                Assert.Equal(shared, Content("other.onnx"));
                Save("zeros", Disk.Local);
                Assert.Equal(shared, Content("other.onnx"));
            });
        Assert.Equal(shared, Content("other.onnx"));
        Assert.Equal(["model.onnx", "model.onnx.data", "other.onnx", "w.bin"], Entries());
    }

    [Fact]
    public void What_a_failed_run_made_is_gone_at_once()
    {
        Make("w.bin");
        File.WriteAllText(folder["odd.onnx"], "no model");
        var proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["model.onnx"]));
        proto.Graph.Node[0].OpType = "NoSuchOperator";
        File.WriteAllBytes(folder["model.onnx"], proto.ToByteArray());
        using var model = OnnxModel.Load(folder["model.onnx"]);

        Assert.Contains("NoSuchOperator", Assert.Throws<OnnxModelException>(() => model.Save(folder["out.onnx"])).Message,
            StringComparison.Ordinal);
        Assert.Equal(["model.onnx", "odd.onnx", "w.bin"], Entries());
    }

    [Fact]
    public void Two_runs_to_one_target_follow_each_other()
    {
        Make("w.bin");
        using var model = OnnxModel.Load(folder["model.onnx"]);
        Parallel.For(0, 8, _ => model.Save(folder["out.onnx"], Unchecked));
        Assert.Equal(Content("model.onnx"), Content("out.onnx"));
        Assert.Equal(4, Entries().Count());
    }

    /// <summary>What the model is, before and after it was written over itself without a kill.</summary>
    private (string Old, string Changed) Written(string change, string[] locations)
    {
        Make(locations);
        var old = Content();
        Save(change, Disk.Local);
        return (old, Content());
    }

    private void Make(params string[] locations)
    {
        var net = new SmallNet();
        net.Builder.Input("x", "n", 6);
        net.Linear("a", "x", 6, 16).Node("Relu", ["a"], "b").Linear("c", "b", 16, 3).Builder.Output("c", "n", 3);
        var weights = net.Builder.Graph.Initializer.Where(tensor => tensor.Dims.Count == 2).ToList();
        for (var i = 0; i < weights.Count; i++)
        {
            var location = locations[i % locations.Length];
            Directory.CreateDirectory(Path.GetDirectoryName(folder[location])!);
            using var file = new FileStream(folder[location], FileMode.Append);
            var offset = file.Position;
            weights[i].RawData.WriteTo(file);
            GraphBuilder.Outside(weights[i], ("location", location), ("offset", $"{offset}"), ("length", $"{weights[i].RawData.Length}"));
        }
        net.Builder.Save(folder["model.onnx"]);
    }

    private void Save(string change, Disk disk)
    {
        using var model = OnnxModel.Load(folder["model.onnx"]);
        using var changed = change == "zeros"
            ? ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5), Values = WeightValues.Original }).Model
            : ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Parameters(0.4), Multiple = 1 }).Model;
        ModelWriter.Write(changed.Content, folder["model.onnx"], Unchecked, disk);
    }

    /// <summary>Every tensor's elements, as a reader finds them.</summary>
    private string Content(string name = "model.onnx")
    {
        using var model = OnnxModel.Load(folder[name]);
        return string.Join(' ', model.Weights.Select(weight => $"{string.Join('x', weight.Shape)}: "
            + $"{Convert.ToHexString(model.Elements.Bytes(weight.Location).Span)}"));
    }

    private void Empty()
    {
        foreach (var entry in new DirectoryInfo(folder.Path).GetFileSystemInfos())
        {
            if (entry is DirectoryInfo inner) inner.Delete(recursive: true);
            else entry.Delete();
        }
    }

    private IEnumerable<string?> Entries()
        => Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
