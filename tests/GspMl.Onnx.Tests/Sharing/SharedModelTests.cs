using System.Runtime.InteropServices;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Tests.Building;
using GspMl.Projection;
using GspMl.Tests.Shared;

namespace GspMl.Onnx.Tests.Sharing;

/// <summary>One model that many threads use at once.</summary>
public sealed class SharedModelTests : IDisposable
{
    private const int Large = 600;

    private static readonly PruningOptions HalfZeros = new() { Target = SparsityTarget.Zeros(0.5), MaxThreads = 1 };

    private static readonly SaveOptions Unchecked = new() { CheckLoads = false };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Sixteen_threads_that_judge_one_model_get_what_one_gets()
    {
        var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var digits = ShippedModels.Digits(200);
        var options = new EvaluationOptions { LatencyRuns = 0, MaxThreads = 1 };
        var alone = ModelEvaluator.Evaluate(model, digits, options);

        Threads16.Run(_ =>
        {
            var result = ModelEvaluator.Evaluate(model, digits, options);
            Assert.Equal(alone.Classes, result.Classes);
            Assert.Equal(alone.Accuracy, result.Accuracy);
        });
    }

    [Fact]
    public void Sixteen_threads_that_prune_one_model_write_what_one_writes()
    {
        var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        var alone = Bytes(ModelPruner.Prune(model, HalfZeros).Model);

        Threads16.Run(_ => Assert.Equal(alone, Bytes(ModelPruner.Prune(model, HalfZeros).Model)));
    }

    [Fact]
    public void A_pruned_model_that_is_disposed_of_while_others_write_it_is_whole_or_an_error()
    {
        var path = External();
        var model = OnnxModel.Load(path);
        var whole = Written(ModelPruner.Prune(model, HalfZeros).Model, "whole");

        Threads16.Run(thread =>
        {
            using var pruned = ModelPruner.Prune(model, HalfZeros).Model;
            var disposal = new Thread(() =>
            {
                Thread.SpinWait(1 << thread);
                pruned.Dispose();
            });
            disposal.Start();
            try { Assert.Equal(whole, Written(pruned, $"{thread}")); }
            catch (ObjectDisposedException) { }
            disposal.Join();
        });
    }

    /// <summary>A model whose new values lie in a temporary file, since they are many.</summary>
    private string External()
    {
        File.WriteAllBytes(folder["w.bin"], MemoryMarshal.AsBytes<float>(GraphBuilder.Random(Large * Large)).ToArray());
        var weight = GraphBuilder.Outside(GraphBuilder.Shaped("w", TensorProto.Types.DataType.Float, Large, Large), "w.bin");
        return new GraphBuilder().Input("x", "n", Large).Output("y", "n", Large).Initializer(weight).Node("MatMul", ["x", "w"], ["y"])
            .Save(folder["model.onnx"]);
    }

    /// <summary>The external data that is written, in a folder that is empty before and after.</summary>
    private byte[] Written(OnnxModel model, string name)
    {
        var own = Directory.CreateDirectory(folder[name]);
        try
        {
            model.Save(Path.Combine(own.FullName, "out.onnx"), Unchecked);
            return File.ReadAllBytes(Path.Combine(own.FullName, "w.bin"));
        }
        catch (ObjectDisposedException)
        {
            Assert.Empty(own.GetFileSystemInfos());
            throw;
        }
        finally
        {
            own.Delete(recursive: true);
        }
    }

    private static byte[] Bytes(OnnxModel model)
    {
        using var bytes = new MemoryStream();
        model.Save(bytes, Unchecked);
        return bytes.ToArray();
    }
}
