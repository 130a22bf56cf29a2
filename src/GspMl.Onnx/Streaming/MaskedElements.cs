using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Streaming;

/// <summary>A weight with a cut made, piece by piece while it is written: what stays keeps its bits, and nothing is held.</summary>
/// <typeparam name="T">float or double.</typeparam>
internal sealed class MaskedElements<T>(OnnxModel model, PrunableWeight weight, LayerCut cut) : SpliceContent
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int size = ElementFormat.SizeOf(weight.ElementType);

    public override long Length => weight.Location.ByteCount;

    public override void WriteTo(Stream target)
    {
        using var pieces = new WeightPieces<T>(model, weight);
        var mask = new CutMask<T>(cut);
        for (var piece = 0; piece < pieces.Count; piece++)
        {
            pieces.Visit(piece, (values, stored, first) =>
            {
                var bytes = ArrayPool<byte>.Shared.Rent(stored.Length);
                var written = bytes.AsSpan(0, stored.Length);
                if (weight.ElementType == WeightCodec<T>.Native) mask.Apply(values, MemoryMarshal.Cast<byte, T>(written));
                else Mask(mask, pieces.Steps, values, stored, first, written);
                target.Write(written);
                ArrayPool<byte>.Shared.Return(bytes);
                return true;
            });
        }
    }

    /// <summary>Elements of other formats: what goes becomes the format's zero.</summary>
    private void Mask(CutMask<T> mask, QuantizedSteps<T>? steps, ReadOnlySpan<T> values, ReadOnlySpan<byte> stored, long first,
        Span<byte> written)
    {
        var kept = ArrayPool<T>.Shared.Rent(values.Length);
        mask.Apply(values, kept.AsSpan(0, values.Length));
        stored.CopyTo(written);
        for (var i = 0; i < values.Length; i++)
            if (kept[i] == T.Zero) written.Slice(i * size, size).Fill(steps?.Zero(first + i) ?? 0);
        ArrayPool<T>.Shared.Return(kept);
    }
}
