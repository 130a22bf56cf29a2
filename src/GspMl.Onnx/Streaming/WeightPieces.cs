using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Streaming;

/// <summary>Looks at some elements of a weight, which are only valid during the call.</summary>
/// <param name="values">The elements as numbers, in the stored order.</param>
/// <param name="stored">Their bytes.</param>
/// <param name="first">The index of the first of them.</param>
internal delegate TResult PieceFunction<T, out TResult>(ReadOnlySpan<T> values, ReadOnlySpan<byte> stored, long first);

/// <summary>
/// A weight's elements in pieces that fit into a cache, so that a model of any size can be passed over: seen where they lie
/// where they are stored as they are computed with, otherwise decoded, or read from external data, into a small buffer.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class WeightPieces<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Elements of a piece; the last one may be shorter.</summary>
    public const int Length = 1 << 17;

    private readonly ElementBytes bytes;
    private readonly TensorElementType type;
    private readonly int size;

    /// <exception cref="OnnxModelException">The elements are not there; the message names file and tensor.</exception>
    public WeightPieces(OnnxModel model, PrunableWeight weight)
    {
        (Weight, type, size) = (weight, weight.ElementType, ElementFormat.SizeOf(weight.ElementType));
        bytes = new(model.Elements, weight.Location);
        Steps = QuantizedSteps<T>.Of(model.Elements, weight);
    }

    public PrunableWeight Weight { get; }

    public int Count => (int)((Weight.Count + Length - 1) / Length);

    /// <summary>What the stored bytes stand for; null where they are floating-point numbers.</summary>
    public QuantizedSteps<T>? Steps { get; }

    /// <summary>Shows a piece to a function. Several threads may do so at once.</summary>
    public TResult Visit<TResult>(int piece, PieceFunction<T, TResult> function)
    {
        var first = (long)piece * Length;
        var count = (int)Math.Min(Length, Weight.Count - first);
        var (buffer, values) =
            (ArrayPool<byte>.Shared.Rent(count * size), ArrayPool<T>.Shared.Rent(type == WeightCodec<T>.Native ? 0 : count));
        try
        {
            var stored = bytes.Read(first * size, count * size, buffer);
            return function(Numbers(stored, first, values.AsSpan(0, Math.Min(count, values.Length))), stored, first);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<T>.Shared.Return(values);
        }
    }

    private ReadOnlySpan<T> Numbers(ReadOnlySpan<byte> stored, long first, Span<T> values)
    {
        if (type == WeightCodec<T>.Native) return MemoryMarshal.Cast<byte, T>(stored);
        if (Steps is not null) Steps.Decode(stored, first, values);
        else ElementFormat.Decode(type, stored, values);
        return values;
    }

    public void Dispose() => bytes.Dispose();
}
