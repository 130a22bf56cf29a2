using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Pipeline;

/// <summary>Puts values of the user's own into the weights that stay.</summary>
internal static class FilledLayer
{
    /// <param name="dense">The model as it was.</param>
    /// <param name="pruned">The model whose support is chosen; its edits are changed.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="values">What gives values.</param>
    /// <exception cref="InvalidOperationException">A value is not finite; the message names tensor, filter and input.</exception>
    public static void Write(OnnxModel dense, OnnxModel pruned, PrunableWeight weight, LayerValues values)
    {
        var layer = LayerContext.Of(dense, weight);
        var kept = layer.ToFilters(WeightCodec<double>.Decode(pruned.Elements, weight));
        var filled = (double[])kept.Clone();
        values.Fill(layer, filled);
        for (var i = 0; i < filled.Length; i++)
        {
            if (kept[i] == 0) filled[i] = 0;
            if (!double.IsFinite(filled[i]))
                throw new InvalidOperationException($"The values {values.Name} put {filled[i]} into tensor '{weight.Name}', filter "
                    + $"{i / layer.Inputs}, input {i % layer.Inputs}.");
        }
        pruned.Edits.Set(weight.Location, WeightCodec<double>.Encode(pruned.Elements, weight, layer.ToStored(filled)));
    }
}
