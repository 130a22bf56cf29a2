using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Evaluation.Devices;

/// <summary>What sessions are made and run on.</summary>
internal class Device(string name)
{
    public static Device Cpu { get; } = new("CPU");

    public string Name => name;

    /// <exception cref="OnnxRuntimeException">The device is not there.</exception>
    public virtual SessionOptions Options() => new();

    /// <summary>Loads a model; the device may only now turn out not to work.</summary>
    public virtual InferenceSession Create(SessionOptions options, Func<SessionOptions, InferenceSession> load) => load(options);

    /// <summary>Runs a model; the device may only now turn out not to work.</summary>
    public virtual IDisposableReadOnlyCollection<OrtValue> Run(InferenceSession session, RunOptions options, IReadOnlyDictionary<string, OrtValue> inputs)
        => session.Run(options, inputs, session.OutputNames);
}

/// <summary>The first NVIDIA GPU.</summary>
internal sealed class CudaDevice() : Device("CUDA")
{
    private const string Package = "Microsoft.ML.OnnxRuntime.Gpu";

    public override SessionOptions Options() => SessionOptions.MakeSessionOptionWithCudaProvider(0);

    /// <summary>Why it cannot be used, and what it needs.</summary>
    public static string Advice(Exception reason)
        => $"CUDA is not available ({reason.GetBaseException().Message.ReplaceLineEndings(" ").Trim()}); it needs an NVIDIA GPU with its driver and the package {Package} in place of Microsoft.ML.OnnxRuntime.";
}
