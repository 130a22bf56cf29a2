using GspMl.Onnx.Operators;
using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// The skip connection that a layer's output is added to, behind its bias or BatchNormalization. What pruning changed on
/// the skip, the layer can make up for: it is wanted that the sum is as in the dense model, not the layer's part of it.
/// </summary>
/// <param name="Tensor">The other operand of the Add.</param>
/// <param name="Gain">What multiplies each filter's output before the Add: γ/σ of a BatchNormalization between, else 1.</param>
/// <param name="FilterAxis">The axis of the output that counts filters.</param>
internal sealed record ResidualSkip(string Tensor, IReadOnlyList<double> Gain, int FilterAxis)
{
    // A normalisation that all but silences a filter leaves it nothing to make up with.
    private const double LeastGain = 1e-3;

    /// <summary>The skip of a layer, or null where its output goes elsewhere, or to more than one reader before the sum.</summary>
    public static ResidualSkip? Of(WorkingModel model, LinearLayer layer)
    {
        var (tensor, gain) = (layer.Output, Enumerable.Repeat(1.0, layer.Filters).ToArray());
        // No path is longer than the graph; one that comes back to itself is no ONNX model, and ONNX Runtime will say so.
        for (var step = 0; step < model.Nodes.Count && !model.Outputs.Contains(tensor) && model.Readers(tensor)
            .ToList() is [var reader]; step++)
        {
            var node = model.Nodes[reader];
            var op = OperatorTable.Of(node);
            if (op?.Elementwise == ElementwiseKind.Sum)
            {
                var other = node.Input[node.Input[0] == tensor ? 1 : 0];
                if (other == tensor) return null;
                if (!model.IsConstant(other)) return new(other, gain, layer.IsConvolution ? 1 : -1);
            }
            else if (op?.Normalization is { } operands && layer.IsConvolution && NormalizationGain.Of(model, node, operands) is { } gains
                && gains.Length == gain.Length) gain = gains;
            else return null;
            tensor = node.Output[0];
        }
        return null;
    }

    /// <summary>
    /// The output that restores the sum: what the dense layer puts out, plus what the skip has lost, divided by the gain.
    /// </summary>
    /// <param name="output">The layer's output in the dense model.</param>
    /// <param name="dense">The skip in the dense model.</param>
    /// <param name="pruned">The skip in the pruned model; where its shape is not the output's (it is then broadcast), nothing is
    /// added.</param>
    public FloatTensor Restore(FloatTensor output, FloatTensor dense, FloatTensor pruned)
    {
        if (!output.Shape.SequenceEqual(dense.Shape) || !output.Shape.SequenceEqual(pruned.Shape)) return output;
        var least = LeastGain * Gain.Max(Math.Abs);
        var inverse = Gain.Select(gain => Math.Abs(gain) > least ? (float)(1 / gain) : 0).ToArray();
        var stride = FilterAxis < 0 ? 1 : (int)output.Shape[(FilterAxis + 1)..].Aggregate(1L, (product, extent) => product * extent);
        var values = new float[output.Values.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = output.Values[i] + ((dense.Values[i] - pruned.Values[i]) * inverse[i / stride % inverse.Length]);
        return new(values, output.Shape);
    }
}
