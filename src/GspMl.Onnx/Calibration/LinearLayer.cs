using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// A layer whose outputs are linear in its inputs, seen as filters: y = W·x (+ bias) at every position, with W of
/// <see cref="Groups"/> blocks of <see cref="FiltersPerGroup"/> × <see cref="Inputs"/>. Conv, Gemm and MatMul with the
/// weight as their right operand.
/// </summary>
internal sealed class LinearLayer
{
    private readonly int[] filterOffsets;
    private readonly int[] inputOffsets;

    private LinearLayer(PrunableWeight weight, NodeProto node, TensorProto tensor, LayerBias? bias, double[]? offset)
    {
        (Weight, Node, Tensor, Bias, Offset) = (weight, node, tensor, bias, offset);
        filterOffsets = weight.View.Offsets(AxisRole.Group, AxisRole.Output);
        inputOffsets = weight.View.Offsets(AxisRole.Input, AxisRole.Kernel);
        Groups = (int)weight.View.Extent(AxisRole.Group);
    }

    public PrunableWeight Weight { get; }

    public NodeProto Node { get; }

    /// <summary>The working copy of the weight.</summary>
    public TensorProto Tensor { get; }

    /// <summary>What can take up a constant shift of the outputs; null where nothing can.</summary>
    public LayerBias? Bias { get; }

    /// <summary>
    /// What the layer adds to each filter's output and no fit can change, since others read it too or it is one number for all of them:
    /// what W is fitted to is the output without it. Null where there is none.
    /// </summary>
    public double[]? Offset { get; }

    /// <summary>What multiplies each filter's output behind the layer: γ/σ of a BatchNormalization, 1 elsewhere.</summary>
    public IReadOnlyList<double> Gains => Bias?.Gain ?? [.. Enumerable.Repeat(1.0, Filters)];

    public string Input => Node.Input[0];

    public string Output => Node.Output[0];

    /// <summary>Blocks of filters that read inputs of their own (a convolution's groups).</summary>
    public int Groups { get; }

    /// <summary>All filters.</summary>
    public int Filters => filterOffsets.Length;

    public int FiltersPerGroup => Filters / Groups;

    /// <summary>Inputs of a filter: input channels × kernel positions.</summary>
    public int Inputs => inputOffsets.Length;

    public bool IsConvolution => Product.Kind == ProductKind.Convolution;

    /// <summary>Which operands are multiplied and added.</summary>
    public ProductOperands Product => Weight.Use.Operator.Product!;

    /// <summary>The layer of a weight, or the reason why it is not calibrated.</summary>
    public static (LinearLayer? Layer, string? Reason) Of(WorkingModel model, PrunableWeight weight)
    {
        if (!weight.Use.Operator.Product!.IsRefitted) return (null, $"{weight.Operator} is not reconstructed");
        if (weight.Nodes.Count > 1) return (null, $"{weight.Nodes.Count} nodes share it");
        if (weight.Use.Dequantization is not null) return (null, "its values are quantized");
        var nodes = model.Nodes.Where(node => Models.TensorIndex.NodeName(node) == weight.Node && node.OpType == weight.Operator).ToList();
        // Another branch may have a node of the same name.
        if (nodes.Count != 1 || model.NameOf(model[weight.Location]) is null) return (null, "its node lies in a subgraph or function");
        var node = nodes[0];
        if (node.Input.Count < 2 || !model.IsConstant(node.Input[1]) || model.IsConstant(node.Input[0]))
            return (null, "it is the left operand");
        if (weight.Use.Operator.Product.Kind == ProductKind.MatMul && weight.View.Extent(AxisRole.Group) > 1)
            return (null, "it is a batch of matrices");
        var bias = LayerBias.Of(model, node, weight);
        var offset = bias is null ? LayerOffset.Of(model, node, weight) : new(null, null);
        return offset.Reason is { } reason ? (null, reason) : (new(weight, node, model[weight.Location], bias, offset.Values), null);
    }

    /// <summary>W, filters × inputs, row-major.</summary>
    public double[] ReadWeights() => ToFilters(WorkingModel.Values(Tensor));

    /// <summary>Stored elements as filters × inputs.</summary>
    public double[] ToFilters(ReadOnlySpan<double> stored)
    {
        var weights = new double[stored.Length];
        for (var r = 0; r < Filters; r++)
            for (var j = 0; j < Inputs; j++) weights[(r * Inputs) + j] = stored[filterOffsets[r] + inputOffsets[j]];
        return weights;
    }

    /// <summary>W in the order in which it is stored.</summary>
    public double[] ToStored(ReadOnlySpan<double> weights)
    {
        var stored = new double[weights.Length];
        for (var r = 0; r < Filters; r++)
            for (var j = 0; j < Inputs; j++) stored[filterOffsets[r] + inputOffsets[j]] = weights[(r * Inputs) + j];
        return stored;
    }
}
