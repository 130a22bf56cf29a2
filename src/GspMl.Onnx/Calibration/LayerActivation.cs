using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// The activation function that a layer's output goes into, behind its bias, a BatchNormalization or a skip connection: all elementwise
/// nodes on the way, be it one Relu or the five nodes of a GELU. It is run by ONNX Runtime as it stands, so none need be known by name
/// beyond being elementwise.
/// </summary>
/// <param name="Input">The tensor that it reads: the pre-activation.</param>
/// <param name="Output">The one tensor of it that others read.</param>
/// <param name="Gain">What multiplies each filter's output before it: γ/σ of a BatchNormalization between, else 1.</param>
internal sealed record LayerActivation(string Input, string Output, IReadOnlyList<double> Gain)
{
    /// <summary>The activation of a layer, or null where its output goes elsewhere, or to more than one reader before.</summary>
    public static LayerActivation? Of(WorkingModel model, LinearLayer layer)
    {
        var (tensor, gain) = (layer.Output, (IReadOnlyList<double>)[.. Enumerable.Repeat(1.0, layer.Filters)]);
        // No path is longer than the graph; one that comes back to itself is no ONNX model, and ONNX Runtime will say so.
        for (var step = 0; step < model.Nodes.Count && !model.Outputs.Contains(tensor); step++)
        {
            if (OutputOf(model, tensor) is { } output) return new(tensor, output, gain);
            if (model.Readers(tensor).ToList() is not [var reader]) return null;
            var node = model.Nodes[reader];
            var op = OperatorTable.Of(node);
            if (op?.Normalization is not null && layer.IsConvolution && layer.Bias is { Kind: LayerBiasKind.NormalizationMean } mean)
                gain = mean.Gain;
            else if (op?.Elementwise != ElementwiseKind.Sum) return null;
            tensor = node.Output[0];
        }
        return null;
    }

    /// <summary>What elementwise nodes make of a tensor alone, where that is one other tensor in the end.</summary>
    private static string? OutputOf(WorkingModel model, string tensor)
    {
        var inside = new HashSet<string> { tensor };
        for (var node = model.Producer(tensor) + 1; node < model.Nodes.Count; node++)
            if (IsInside(model, model.Nodes[node], inside)) inside.UnionWith(model.Nodes[node].Output);
        var left =
            inside.Where(name
            => model.Outputs.Contains(name) || model.Readers(name).Any(reader => !inside.Contains(model.Nodes[reader].Output[0]))).ToList();
        return left is [var output] && output != tensor ? output : null;
    }

    private static bool IsInside(WorkingModel model, NodeProto node, HashSet<string> inside)
        => OperatorTable.Of(node) is { IsActivation: true } && node.Input.Any(inside.Contains)
            && node.Input.All(name => name.Length == 0 || inside.Contains(name) || IsScalar(model, name));

    private static bool IsScalar(WorkingModel model, string name)
        => model.Stored(name) is { } tensor && tensor.Dims.All(extent => extent == 1);
}
