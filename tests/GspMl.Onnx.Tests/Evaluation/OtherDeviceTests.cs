using GspMl.Onnx.Sessions;
using System.Text;
using GspMl.Onnx.Sessions.Devices;
using GspMl.Onnx.Tests.Building;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Tests.Evaluation;

/// <summary>A device beside the CPU that has all its nodes run there: what it takes of ONNX Runtime is the same as for a GPU.</summary>
public class OtherDeviceTests
{
    [Fact]
    public void Nodes_that_the_cpu_runs_are_allowed_and_named()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var result = ModelEvaluator.Evaluate(model, ShippedModels.Digits(10), On(new OtherDevice()));
        Assert.Equal(("other", 3, null), (result.Provider, result.Device, result.ProviderNote));
        Assert.Equal(3, result.CpuNodes.Count(node => node.Operator.Contains("Gemm", StringComparison.Ordinal)));
        Assert.Equal(result.CpuNodes.Count, result.CpuNodes.Distinct().Count());
    }

    [Fact]
    public void On_the_cpu_itself_no_node_is_on_another_device()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var result = ModelEvaluator.Evaluate(model, ShippedModels.Digits(10), new() { LatencyRuns = 2 });
        Assert.Empty(result.CpuNodes);
        Assert.Equal((null, null, null), (result.Device, result.SingleRowOnDevice, result.BatchedOnDevice));
    }

    [Fact]
    public void A_profile_goes_with_its_folder()
    {
        var profile = new NodeProfile();
        using (var options = new SessionOptions())
        {
            profile.Begin(options);
            using var session = new InferenceSession(ShippedModels.PathOf("lenet300.onnx"), options);
            Assert.Empty(NodeProfile.End(session));
        }
        Assert.NotEmpty(Directory.GetFiles(profile.Folder));
        profile.Dispose();
        Assert.False(Directory.Exists(profile.Folder));
    }

    [Fact]
    public void With_memory_of_its_own_latencies_are_told_with_the_copies_and_without()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var both =
            ModelEvaluator.Compare(model, model, ShippedModels.Digits(10), On(new OtherDevice()) with { LatencyRuns = 3, BatchSize = 4 });
        Assert.Equal((1, 3), (both.Candidate.SingleRowOnDevice!.BatchSize, both.Candidate.SingleRowOnDevice.Runs));
        Assert.Equal((4, 3), (both.Candidate.BatchedOnDevice!.BatchSize, both.Candidate.BatchedOnDevice.Runs));
        Assert.All(both.Candidate.BatchedOnDevice.Milliseconds, time => Assert.True(time > 0));
        Assert.NotNull(both.SingleRowOnDevice);
        Assert.NotNull(both.BatchedOnDevice);
    }

    [Fact]
    public void Outputs_that_stay_in_the_devices_memory_are_those_of_a_plain_run()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        using var session = ModelSession.Open(model, new OtherDevice());
        var inputs = BatchFeeder.Create(session.Model, ShippedModels.Digits(4)).Batch(0, 4);
        using var options = new RunOptions();
        using var plain = session.Run(options, inputs);
        using var binding = session.Bind(inputs)!;
        session.Run(options, binding);
        using var bound = binding.GetOutputValues();
        Assert.Equal(plain[0].GetTensorDataAsSpan<float>().ToArray(), bound[0].GetTensorDataAsSpan<float>().ToArray());
        foreach (var input in inputs.Values) input.Dispose();
    }

    [Fact]
    public void Models_are_compared_on_one_device_though_another_takes_one_of_them()
    {
        using var taken = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        using var refused = OnnxModel.Load(ShippedModels.PathOf("lenet5.onnx"));
        var both = ModelEvaluator.Compare(taken, refused, ShippedModels.Digits(10), On(new OtherDevice(most: 1)) with { LatencyRuns = 2 });
        Assert.Equal(("CPU", "CPU"), (both.Baseline.Provider, both.Candidate.Provider));
        Assert.True(both.SameDevice);
        Assert.NotNull(both.SingleRow);
        Assert.Matches("other is not available.*The CPU ran the models", both.Baseline.ProviderNote);
        Assert.Equal(both.Baseline.ProviderNote, both.Candidate.ProviderNote);
    }

    [Fact]
    public void A_profile_tells_each_node_of_the_cpu_once()
    {
        const string Events = """
            [{"cat":"Session","name":"model_run","args":{}},
             {"cat":"Node","name":"shape_1_kernel_time","args":{"op_name":"Shape","provider":"CPUExecutionProvider","node_index":"1"}},
             {"cat":"Node","name":"shape_1_fence_after","args":{"op_name":"Shape"}},
             {"cat":"Node","name":"conv_kernel_time","args":{"op_name":"Conv","provider":"CUDAExecutionProvider"}},
             {"cat":"Node","name":"Memcpy_kernel_time","args":{"op_name":"MemcpyToHost","provider":"CUDAExecutionProvider"}},
             {"cat":"Node","name":"shape_1_kernel_time","args":{"op_name":"Shape","provider":"CPUExecutionProvider"}}]
            """;
        Assert.Equal([new CpuNode("shape_1", "Shape")], NodeProfile.Read(Encoding.UTF8.GetBytes(Events)));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, 0L)]
    public void A_device_or_limit_that_cannot_be_is_refused(int device, long? limit)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        Assert.Throws<ArgumentOutOfRangeException>(()
            => ModelEvaluator.Evaluate(model, ShippedModels.Digits(1), new() { Device = device, DeviceMemoryLimit = limit }));
    }

    private static EvaluationOptions On(Device device) => new() { LatencyRuns = 0, Provider = ExecutionProvider.Auto, Gpu = device };

    /// <summary>Takes so many models and no more.</summary>
    private sealed class OtherDevice(int most = int.MaxValue) : Device("other")
    {
        private int loaded;

        public override int? Number => 3;

        public override OrtMemoryInfo OwnMemory() => new("Cpu", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default);

        public override InferenceSession Create(SessionOptions options, Func<SessionOptions, InferenceSession> load)
        {
            if (loaded == most) throw Assert.Throws<OnnxRuntimeException>(() => new InferenceSession("no-such-file.onnx"));
            var session = load(options);
            loaded++;
            return session;
        }
    }
}
