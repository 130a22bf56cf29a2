using System.Runtime.InteropServices;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Graphs;

/// <summary>A tensor as a run of the model showed it.</summary>
/// <param name="Type">ONNX's number for its elements' type.</param>
/// <param name="Shape">Its shape for this batch.</param>
/// <param name="Bytes">Its elements, where they are the same for every batch of this shape and not too many; else null.</param>
/// <param name="IsOfFixedShape">Whether every batch of this shape gives it this shape.</param>
internal sealed record SeenTensor(int Type, IReadOnlyList<long> Shape, byte[]? Bytes, bool IsOfFixedShape = true);

/// <summary>Shapes and types of all tensors of a graph for a batch of one size, and the values of those that no input reaches.</summary>
internal sealed class SeenTensors(IReadOnlyDictionary<string, SeenTensor> tensors)
{
    /// <exception cref="NoGradientException">Nothing is known of it.</exception>
    public SeenTensor this[string name] => tensors.TryGetValue(name, out var tensor) ? tensor
        : throw new NoGradientException($"'{name}' is no tensor");

    public bool Knows(string name) => tensors.ContainsKey(name);

    /// <exception cref="NoGradientException">It is another for every batch.</exception>
    public IReadOnlyList<long> Shape(string name) => this[name] is { IsOfFixedShape: true } tensor ? tensor.Shape
        : throw new NoGradientException($"the shape of '{name}' depends on the inputs");

    public bool IsReal(string name) => (Element)this[name].Type is Element.Float or Element.Double or Element.Float16 or Element.Bfloat16;

    /// <summary>The integers that a tensor holds for every batch; null where it depends on the inputs, or holds none.</summary>
    public long[]? Integers(string name) => this[name] switch
    {
        { Bytes: { } bytes, Type: (int)Element.Int64 } => MemoryMarshal.Cast<byte, long>(bytes).ToArray(),
        { Bytes: { } bytes, Type: (int)Element.Int32 } => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(value => (long)value)],
        _ => null,
    };

    /// <summary>The floats that a tensor holds for every batch; null where it depends on the inputs, or holds others.</summary>
    public float[]? Floats(string name)
        => this[name] is { Bytes: { } bytes, Type: (int)Element.Float } ? MemoryMarshal.Cast<byte, float>(bytes).ToArray() : null;
}
