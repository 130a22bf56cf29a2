using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Sessions.Devices;

/// <summary>What sessions are made and run on.</summary>
internal class Device(string name)
{
    public static Device Cpu { get; } = new("CPU");

    public string Name => name;

    /// <summary>Which of several; null for the CPU.</summary>
    public virtual int? Number => null;

    /// <summary>Whether it is the CPU; beside any other, ONNX Runtime leaves to the CPU what that one cannot run.</summary>
    public bool IsCpu => ReferenceEquals(this, Cpu);

    /// <exception cref="OnnxRuntimeException">The device is not there.</exception>
    public virtual SessionOptions Options() => new();

    /// <summary>The memory that its inputs and outputs are copied to and from; null where it works in the caller's.</summary>
    public virtual OrtMemoryInfo? OwnMemory() => null;

    /// <summary>Loads a model; the device may only now turn out not to work.</summary>
    public virtual InferenceSession Create(SessionOptions options, Func<SessionOptions, InferenceSession> load) => load(options);

    /// <summary>Runs a model; the device may only now turn out not to work.</summary>
    public virtual IDisposableReadOnlyCollection<OrtValue> Run(InferenceSession session, RunOptions options, IReadOnlyDictionary<string,
        OrtValue> inputs)
        => session.Run(options, inputs, session.OutputNames);

    /// <summary>Why it cannot be used, and what to do about it.</summary>
    public virtual string Advice(Exception reason)
        => $"{Name} is not available: {reason.GetBaseException().Message.ReplaceLineEndings(" ").Trim()}";
}
