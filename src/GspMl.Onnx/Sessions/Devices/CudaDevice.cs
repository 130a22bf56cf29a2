using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Sessions.Devices;

/// <summary>An NVIDIA GPU, by ONNX Runtime's CUDA execution provider.</summary>
/// <param name="number">Which, from 0, in the order of the driver.</param>
/// <param name="memoryLimit">The most bytes that a session keeps for its tensors on the GPU; null for no limit.</param>
internal sealed class CudaDevice(int number = 0, long? memoryLimit = null) : Device("CUDA")
{
    public override int? Number => number;

    public override SessionOptions Options()
    {
        using var cuda = new OrtCUDAProviderOptions();
        cuda.UpdateOptions(ProviderOptions());
        var options = new SessionOptions();
        try
        {
            options.AppendExecutionProvider_CUDA(cuda);
            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    /// <summary>Options of the CUDA execution provider by the names that ONNX Runtime gives them.</summary>
    internal Dictionary<string, string> ProviderOptions()
    {
        var options = new Dictionary<string, string>
        {
            ["device_id"] = $"{number}",
            // TF32 rounds the factors of float32 products to 10 bits: a model would be judged by differences that are not its own.
            ["use_tf32"] = "0",
        };
        if (memoryLimit is not { } bytes) return options;
        options["gpu_mem_limit"] = $"{bytes}";
        // Doubling, the other strategy, would hit the limit with half of it unused.
        options["arena_extend_strategy"] = "kSameAsRequested";
        return options;
    }

    public override OrtMemoryInfo OwnMemory()
        => new(OrtMemoryInfo.allocatorCUDA, OrtAllocatorType.DeviceAllocator, number, OrtMemType.Default);

    public override string Advice(Exception reason)
        => CudaDiagnosis.Of(CudaMachine.This(), number, reason.GetBaseException().Message.ReplaceLineEndings(" ").Trim());
}
