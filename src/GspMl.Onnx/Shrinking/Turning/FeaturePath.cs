using GspMl.Onnx.Calibration;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Turning;

/// <summary>The way of a layer's outputs to what multiplies them, along which all features of a head are treated alike.</summary>
/// <param name="model">The model.</param>
/// <param name="flow">Its channels.</param>
internal sealed class FeaturePath(WorkingModel model, ChannelFlow flow)
{
    /// <summary>
    /// The product that alone reads a layer's outputs as they are, but for its bias, one number for all of them, and the order of axes;
    /// null where something else does.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="tensor">Its outputs, or where they have come to.</param>
    /// <returns>The product, and what it reads.</returns>
    public (NodeProto Product, string Operand)? Product(LinearLayer layer, string tensor)
    {
        while (!model.Outputs.Contains(tensor) && model.Readers(tensor).ToList() is [var reader])
        {
            var node = model.Nodes[reader];
            if (flow.OperatorOf(node) is { Channels: ChannelFlowKind.MatrixProduct or ChannelFlowKind.Gemm, FusedFormOf: null })
                return (node, tensor);
            if (!IsPassedBy(node, tensor, layer)) return null;
            tensor = node.Output[0];
        }
        return null;
    }

    private bool IsPassedBy(NodeProto node, string tensor, LinearLayer layer) => flow.OperatorOf(node) switch
    {
        { Elementwise: ElementwiseKind.Sum } => layer.Bias is { Kind: LayerBiasKind.Added } bias && node.Input.Contains(bias.Name),
        { Scales: true } => node.Input[0] == tensor && flow.ShapeOf(node.Input[1]) is { } shape && shape.All(extent => extent == 1),
        { Channels: ChannelFlowKind.Reshaping or ChannelFlowKind.Transposition } => node.Input[0] == tensor,
        _ => false,
    };
}
