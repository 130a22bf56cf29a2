using System.Numerics;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Pruning;

/// <summary>
/// The range of numbers that a weight's format holds. Projected values may leave it, since few entries take on what many had; a vector that
/// does is shrunk until it fits. Its sparsity is that of its direction and stays; a clamp would take it away.
/// </summary>
internal static class StoredRange
{
    /// <summary>Shrinks the vectors of a layer that leave the range, in place.</summary>
    public static void Fit<T>(OnnxModel model, LayerWeights<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var excess = Excess(model, layer);
        if (!excess.Any(ratio => ratio > T.One)) return;
        var (vectors, values, ratios) = (layer.Vectors, new T[excess.Length], new T[excess.Length]);
        vectors.Gather<T>(layer.Values, values);
        vectors.Gather<T>(excess, ratios);
        for (var at = 0; at < values.Length; at += (int)vectors.Length)
        {
            var most = ratios.AsSpan(at, (int)vectors.Length).ToArray().Max();
            if (!(most > T.One)) continue;
            foreach (ref var value in values.AsSpan(at, (int)vectors.Length)) value /= most;
        }
        vectors.Scatter<T>(values, layer.Values);
    }

    /// <summary>
    /// Each entry's magnitude as a part of the largest of its sign that can be stored in its place; empty where all can be.
    /// </summary>
    private static T[] Excess<T>(OnnxModel model, LayerWeights<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weight = layer.Layer.Weight;
        if (weight.ElementType == WeightCodec<T>.Native) return [];
        var steps = QuantizedSteps<T>.Of(model.Elements, weight);
        var largest = steps is null ? T.CreateTruncating(Largest(weight.ElementType)) : T.Zero;
        return [.. layer.Values.Select((value, i)
            => value == T.Zero ? T.Zero : T.Abs(value) / (steps?.Largest(i, T.IsNegative(value)) ?? largest))];
    }

    private static double Largest(TensorElementType type) => type switch
    {
        TensorElementType.Float16 => (double)Half.MaxValue,
        TensorElementType.BFloat16 => BitConverter.UInt32BitsToSingle(0x7f7f0000),
        TensorElementType.Float32 => float.MaxValue,
        _ => double.MaxValue,
    };
}
