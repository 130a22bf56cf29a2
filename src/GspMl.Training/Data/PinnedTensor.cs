using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Training.Data;

/// <summary>A tensor in memory that stays in its place, so that ONNX Runtime reads and writes it run after run.</summary>
internal sealed class PinnedTensor : IDisposable
{
    private readonly byte[] bytes;

    public PinnedTensor(OrtType type, IReadOnlyList<long> shape, int elementBytes)
    {
        Shape = [.. shape];
        bytes = GC.AllocateArray<byte>(checked((int)shape.Aggregate((long)elementBytes, (product, extent) => product * extent)),
            pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(bytes, 0);
        Value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, Shape, address, bytes.Length);
    }

    /// <summary>Of single-precision numbers.</summary>
    public static PinnedTensor Of(params IReadOnlyList<long> shape) => new(OrtType.Float, shape, sizeof(float));

    public long[] Shape { get; }

    public OrtValue Value { get; }

    public Span<byte> Bytes => bytes;

    public Span<float> Numbers => MemoryMarshal.Cast<byte, float>(bytes.AsSpan());

    public void Dispose() => Value.Dispose();
}
