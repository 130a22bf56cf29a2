using GspMl.Onnx.Proto;
using static GspMl.Training.Graphs.Attributes;
using static GspMl.Training.Tests.Operators.Rules.Operand;

namespace GspMl.Training.Tests.Operators.Rules;

/// <summary>What the rules are tried on: shapes, attributes, broadcasts and versions of each operator.</summary>
internal static class RuleCases
{
    public static IReadOnlyList<RuleCase> All { get; } =
        [.. Broadcasts(), .. Functions(), .. Passing(), .. Joining(), .. Reductions(), .. Normalizations(), .. Products(),
            .. Convolutions(), .. Pools(), .. Resizes(), .. Fused()];

    private static RuleCase Case(string op, int opset, Operand[] operands, params AttributeProto[] attributes)
        => new(op, opset, operands, attributes);

    private static AttributeProto Ints(string name, params long[] values) => Of(name, values.AsEnumerable());

    private static IEnumerable<RuleCase> Broadcasts()
    {
        foreach (var op in new[] { "Add", "Sub", "Mul", "Div", "Max", "Min" })
        {
            yield return Case(op, 16, [Real(2, 3), Positive(2, 3)]);
            yield return Case(op, 16, [Real(2, 1, 3), Positive(4, 1)]);
            yield return Case(op, 9, [Real(3), Positive(2, 2, 3)]);
            yield return Case(op, 16, [Real(2, 2), Positive()]);
        }
        yield return Case("Pow", 16, [Positive(2, 3), Real(3)]);
        yield return Case("Pow", 13, [Real(2, 3), Fixed([], 2)]);
        yield return Case("Pow", 9, [Positive(2, 3), Fixed([1], 0.5)]);
        foreach (var exponent in new[] { 1.0, 2, 3 })
        {
            yield return Case("Pow", 16, [Real(2, 3), Operand.Floats(exponent)]);
            yield return Case("Pow", 16, [Real(2, 3), Integers(exponent)]);
        }
        yield return Case("Pow", 16, [Positive(2, 3), Operand.Floats(-1.5)]);
        foreach (var op in new[] { "Sum", "Mean", "Max", "Min" }) yield return Case(op, 16, [Real(2, 3), Real(3), Wide(0.9, 2, 1)]);
        yield return Case("Where", 16, [new([2, 1], [1, 0], TensorProto.Types.DataType.Bool, false), Real(2, 3), Real(3)]);
    }

    private static IEnumerable<RuleCase> Functions()
    {
        foreach (var op in new[] { "Relu", "Exp", "Neg", "Abs", "Sigmoid", "Tanh", "Softplus", "Softsign", "Erf", "LeakyRelu", "Elu",
            "Celu", "Selu", "Sin", "Cos" })
            yield return Case(op, 16, [Wide(2, 3, 5)]);
        yield return Case("Relu", 9, [Real(3, 5)]);
        foreach (var op in new[] { "Sqrt", "Log", "Reciprocal" }) yield return Case(op, 16, [Positive(3, 5)]);
        yield return Case("LeakyRelu", 16, [Wide(2, 3, 5)], Of("alpha", 0.3f));
        yield return Case("Elu", 16, [Wide(2, 3, 5)], Of("alpha", 0.6f));
        yield return Case("Celu", 16, [Wide(2, 3, 5)], Of("alpha", 0.6f));
        yield return Case("Selu", 16, [Wide(2, 3, 5)], Of("alpha", 0.6f), Of("gamma", 1.4f));
        yield return Case("ThresholdedRelu", 16, [Wide(2, 3, 5)], Of("alpha", 0.55f));
        yield return Case("HardSigmoid", 16, [Wide(4, 3, 5)]);
        yield return Case("HardSigmoid", 11, [Wide(4, 3, 5)], Of("alpha", 0.31f), Of("beta", 0.4f));
        yield return Case("HardSwish", 16, [Wide(5, 3, 5)]);
        yield return Case("Mish", 18, [Wide(2, 3, 5)]);
        yield return Case("Gelu", 20, [Wide(2, 3, 5)]);
        yield return Case("Gelu", 20, [Wide(2, 3, 5)], Of("approximate", "tanh"));
        yield return Case("Clip", 16, [Wide(2, 3, 5), Fixed([], -0.7), Fixed([], 0.63)]);
        yield return Case("Clip", 16, [Wide(2, 3, 5), None, Fixed([], 0.63)]);
        yield return Case("Clip", 13, [Wide(2, 3, 5), Fixed([], -0.7)]);
        yield return Case("Clip", 9, [Wide(2, 3, 5)], Of("min", -0.7f), Of("max", 0.63f));
        yield return Case("PRelu", 16, [Wide(2, 2, 3, 2), Real(3, 1)]);
        yield return Case("PRelu", 9, [Wide(2, 2, 3), Real(1)]);
    }

    private static IEnumerable<RuleCase> Passing()
    {
        yield return Case("Identity", 16, [Real(2, 3)]);
        yield return Case("Dropout", 13, [Real(2, 3)]);
        yield return Case("Dropout", 9, [Real(2, 3)], Of("ratio", 0.3f));
        yield return Case("Reshape", 16, [Real(2, 6), Integers(3, -1)]);
        yield return Case("Reshape", 9, [Real(2, 6), Integers(0, 2, 3)]);
        yield return Case("Flatten", 16, [Real(2, 3, 2)], Of("axis", 2));
        yield return Case("Squeeze", 16, [Real(2, 1, 3), Integers(1)]);
        yield return Case("Squeeze", 9, [Real(2, 1, 3, 1)]);
        yield return Case("Unsqueeze", 16, [Real(2, 3), Integers(0, 3)]);
        yield return Case("Unsqueeze", 11, [Real(2, 3)], Ints("axes", 1));
        yield return Case("Transpose", 16, [Real(2, 3, 4)], Ints("perm", 1, 2, 0));
        yield return Case("Transpose", 16, [Real(2, 3, 4)]);
        yield return Case("Expand", 16, [Real(2, 1, 3), Integers(2, 2, 4, 3)]);
        yield return Case("Expand", 16, [Real(2, 3), Integers(1, 1)]);
        yield return Case("Tile", 16, [Real(2, 3), Integers(2, 3)]);
    }

    private static IEnumerable<RuleCase> Joining()
    {
        yield return Case("Concat", 16, [Real(2, 1), Real(2, 3), Real(2, 2)], Of("axis", 1));
        yield return Case("Concat", 16, [Real(1, 2), Real(3, 2)], Of("axis", -2));
        yield return new("Split", 16, [Real(2, 5), Integers(2, 3)], [Of("axis", 1)], 2);
        yield return new("Split", 16, [Real(4, 2)], [], 2);
        yield return new("Split", 11, [Real(2, 5)], [Of("axis", -1), Ints("split", 1, 4)], 2);
        yield return new("Split", 18, [Real(4, 2)], [Of("num_outputs", 2)], 2);
        yield return Case("Slice", 16, [Real(4, 5), Integers(1), Integers(-1)]);
        yield return Case("Slice", 16, [Real(4, 5), Integers(0, 1), Integers(9, 4), Integers(0, -1)]);
        yield return Case("Slice", 16, [Real(4, 6), Integers(-1, 1), Integers(-9, 6), Integers(0, 1), Integers(-2, 2)]);
        yield return Case("Slice", 9, [Real(4, 5)], Ints("starts", 1), Ints("ends", 3), Ints("axes", 1));
        yield return Case("Pad", 16, [Real(2, 3), Integers(1, 0, 2, 1)]);
        yield return Case("Pad", 18, [Real(2, 3), Integers(1, 2), Fixed([], 0.5), Integers(-1)]);
        yield return Case("Pad", 9, [Real(2, 3)], Ints("pads", 0, 1, 1, 0), Of("value", 0.25f));
        yield return Case("Gather", 16, [Real(4, 3), Integers(2, 0, 2)]);
        yield return Case("Gather", 16, [Real(2, 4, 3), IntegersOf([2, 2], 3, 1, -1, 0)], Of("axis", 1));
        yield return Case("Gather", 11, [Real(2, 4), IntegersOf([], 1)], Of("axis", -1));
        yield return Case("GatherElements", 16, [Real(3, 3), IntegersOf([2, 3], 0, 2, 0, 1, 2, 2)], Of("axis", 0));
        yield return Case("GatherElements", 16, [Real(3, 3), IntegersOf([3, 2], 0, -1, 0, 1, 2, 2)], Of("axis", 1));
    }

    private static IEnumerable<RuleCase> Reductions()
    {
        foreach (var op in new[] { "ReduceMean", "ReduceMax", "ReduceMin" })
        {
            yield return Case(op, 16, [Real(2, 3, 2)], Ints("axes", 1), Of("keepdims", 0));
            yield return Case(op, 13, [Real(2, 3, 2)], Ints("axes", -1, 0), Of("keepdims", 1));
            yield return Case(op, 16, [Real(2, 3, 2)]);
            yield return Case(op, 18, [Real(2, 3, 2), Integers(1)], Of("keepdims", 0));
        }
        yield return Case("ReduceSum", 16, [Real(2, 3, 2), Integers(1, -1)], Of("keepdims", 0));
        yield return Case("ReduceSum", 11, [Real(2, 3, 2)], Ints("axes", 0), Of("keepdims", 1));
        yield return Case("ReduceSum", 16, [Real(2, 3)], Of("noop_with_empty_axes", 1));
        yield return Case("GlobalAveragePool", 16, [Real(2, 3, 2, 3)]);
        yield return Case("GlobalMaxPool", 16, [Real(2, 2, 3, 3)]);
    }

    private static IEnumerable<RuleCase> Normalizations()
    {
        foreach (var op in new[] { "Softmax", "LogSoftmax" })
        {
            yield return Case(op, 16, [Wide(2, 2, 3, 2)], Of("axis", 1));
            yield return Case(op, 13, [Wide(2, 2, 5)]);
            yield return Case(op, 11, [Wide(2, 2, 3, 2)], Of("axis", 1));
            yield return Case(op, 9, [Wide(2, 3, 4)]);
        }
        Operand[] stored = [Real(2, 3, 2, 2), Real(3), Real(3), Fixed([3], 0.1, -0.3, 0.2), Fixed([3], 0.5, 1.2, 0.8)];
        yield return Case("BatchNormalization", 16, stored);
        yield return Case("BatchNormalization", 9, stored, Of("epsilon", 0.01f));
        yield return Case("BatchNormalization", 7, [Real(4, 3), .. stored[1..]]);
        yield return new("BatchNormalization", 16, stored, [Of("training_mode", 1)], 1, Unread: 2);
        yield return new("BatchNormalization", 16, [Real(5, 3), .. stored[1..]], [Of("training_mode", 1), Of("epsilon", 0.1f)], 1,
            Unread: 2);
        yield return Case("InstanceNormalization", 16, [Real(2, 3, 4), Real(3), Real(3)]);
        yield return Case("InstanceNormalization", 16, [Real(2, 2, 2, 3), Real(2), Real(2)], Of("epsilon", 0.1f));
        yield return Case("LayerNormalization", 17, [Real(3, 2, 4), Real(4), Real(4)]);
        yield return Case("LayerNormalization", 17, [Real(3, 2, 4), Real(2, 4), Real(2, 4)], Of("axis", 1), Of("epsilon", 0.1f));
        yield return Case("LayerNormalization", 17, [Real(3, 4), Real(4)]);
        // As ONNX Runtime writes it into older models.
        yield return Case("LayerNormalization", 13, [Real(3, 2, 4), Real(4), Real(4)]);
        // ONNX Runtime computes its statistics in single precision, whatever the input.
        yield return new("GroupNormalization", 21, [Real(2, 4, 3), Real(4), Real(4)], [Of("num_groups", 2)], InFloat: true);
        yield return new("GroupNormalization", 21, [Real(1, 6, 2, 2), Real(6), Real(6)], [Of("num_groups", 3), Of("epsilon", 0.1f)],
            InFloat: true);
    }

    private static IEnumerable<RuleCase> Products()
    {
        yield return Case("MatMul", 16, [Real(2, 3), Real(3, 4)]);
        yield return Case("MatMul", 16, [Real(2, 2, 3), Real(3, 4)]);
        yield return Case("MatMul", 16, [Real(2, 2, 3), Real(2, 3, 2)]);
        yield return Case("MatMul", 16, [Real(2, 1, 2, 3), Real(3, 3, 2)]);
        yield return Case("MatMul", 16, [Real(2, 3), Real(2, 3, 2)]);
        yield return Case("MatMul", 16, [Real(3), Real(3, 2)]);
        yield return Case("MatMul", 16, [Real(2, 3), Real(3)]);
        yield return Case("MatMul", 16, [Real(3), Real(3)]);
        yield return Case("MatMul", 9, [Real(3), Real(2, 3, 2)]);
        foreach (var (transA, transB) in new[] { (0, 0), (0, 1), (1, 0), (1, 1) })
            yield return Case("Gemm", 16, [transA == 0 ? Real(2, 3) : Real(3, 2), transB == 0 ? Real(3, 4) : Real(4, 3), Real(4)],
                Of("transA", transA), Of("transB", transB), Of("alpha", 0.7f), Of("beta", 1.3f));
        yield return Case("Gemm", 13, [Real(2, 3), Real(3, 4)]);
        yield return Case("Gemm", 9, [Real(2, 3), Real(3, 4), Real(2, 1)]);
    }

    private static RuleCase Fused(string op, Operand[] operands, params AttributeProto[] attributes)
        => new(op, 17, operands, attributes, Domain: "com.microsoft");

    private static IEnumerable<RuleCase> Fused()
    {
        foreach (var (transA, transB) in new[] { (0, 0), (0, 1), (1, 0), (1, 1) })
            yield return Fused("FusedMatMul", [transA == 0 ? Real(2, 2, 3) : Real(2, 3, 2), transB == 0 ? Real(3, 4) : Real(4, 3)],
                Of("transA", transA), Of("transB", transB), Of("alpha", 0.7f));
        yield return Fused("FusedMatMul", [Real(2, 1, 2, 3), Real(3, 2, 3)], Of("transB", 1));
        foreach (var activation in new[] { "Relu", "Sigmoid", "Tanh" })
            yield return Fused("FusedConv", [Real(2, 2, 4, 4), Real(3, 2, 3, 3), Real(3)], Of("activation", activation),
                Ints("pads", 1, 1, 1, 1));
        yield return Fused("FusedConv", [Real(1, 2, 4, 4), Real(2, 2, 3, 3)], Of("activation", "LeakyRelu"),
            Numbers("activation_params", 0.3f));
        yield return Fused("FusedConv", [Real(1, 2, 4, 4), Real(2, 2, 3, 3)], Of("activation", "Clip"),
            Numbers("activation_params", -0.51f, 0.73f));
        yield return Fused("FusedConv", [Real(1, 2, 4, 4), Real(2, 2, 3, 3)], Of("activation", "HardSigmoid"),
            Numbers("activation_params", 0.3f, 0.4f));
        yield return Fused("FusedConv", [Real(1, 2, 4, 4), Real(2, 2, 3, 3), Real(2), Real(1, 2, 2, 2)], Of("activation", "Relu"));
        yield return Fused("FusedGemm", [Real(2, 3), Real(3, 4), Real(4)], Of("activation", "Relu"), Of("alpha", 0.7f));
        yield return Fused("FusedGemm", [Real(2, 3), Real(4, 3), Real(4)], Of("activation", "LeakyRelu"), Of("activation_alpha", 0.2f),
            Of("transB", 1));
        yield return Fused("Gelu", [Wide(2, 3, 5)]);
        yield return Fused("BiasGelu", [Wide(2, 3, 5), Real(5)]);
        yield return Fused("FastGelu", [Wide(2, 3, 5)]);
        yield return Fused("FastGelu", [Wide(2, 3, 5), Real(5)]);
        yield return Fused("QuickGelu", [Wide(2, 3, 5)]);
        yield return Fused("QuickGelu", [Wide(2, 3, 5)], Of("alpha", 1.1f));
        yield return Fused("SkipLayerNormalization", [Real(2, 3, 4), Wide(0.9, 2, 3, 4), Real(4), Real(4)], Of("epsilon", 0.01f));
        yield return Fused("SkipLayerNormalization", [Real(2, 3, 4), Wide(0.9, 2, 3, 4), Real(4), None, Real(4)], Of("epsilon", 0.01f));
        yield return Fused("SkipSimplifiedLayerNormalization", [Real(2, 3, 4), Wide(0.9, 2, 3, 4), Real(4), Real(4)],
            Of("epsilon", 0.01f));
        yield return Case("SimplifiedLayerNormalization", 17, [Real(2, 3, 4), Real(4)], Of("epsilon", 0.01f));
    }

    private static AttributeProto Numbers(string name, params float[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Floats };
        attribute.Floats.Add(values);
        return attribute;
    }

    private static IEnumerable<RuleCase> Convolutions()
    {
        yield return Case("Conv", 16, [Real(2, 2, 5, 5), Real(3, 2, 3, 3), Real(3)]);
        yield return Case("Conv", 9, [Real(2, 2, 4, 5), Real(3, 2, 3, 3)], Ints("pads", 1, 1, 1, 1));
        yield return Case("Conv", 16, [Real(2, 2, 6, 5), Real(2, 2, 3, 3)], Ints("pads", 1, 1, 1, 1), Ints("strides", 2, 2));
        yield return Case("Conv", 16, [Real(1, 2, 7, 6), Real(2, 2, 3, 2)], Ints("pads", 0, 1, 2, 1), Ints("strides", 2, 3));
        yield return Case("Conv", 16, [Real(1, 2, 7, 7), Real(2, 2, 3, 3)], Ints("dilations", 2, 2), Ints("pads", 2, 2, 2, 2));
        yield return Case("Conv", 16, [Real(2, 2, 8, 7), Real(2, 2, 2, 3)], Ints("dilations", 3, 2), Ints("strides", 2, 2),
            Ints("pads", 1, 0, 0, 1));
        yield return Case("Conv", 16, [Real(2, 4, 4, 4), Real(6, 2, 3, 3), Real(6)], Of("group", 2), Ints("pads", 1, 1, 1, 1));
        yield return Case("Conv", 16, [Real(2, 3, 5, 5), Real(3, 1, 3, 3)], Of("group", 3), Ints("pads", 1, 1, 1, 1),
            Ints("strides", 2, 2));
        yield return Case("Conv", 16, [Real(2, 2, 4, 4), Real(4, 1, 3, 3)], Of("group", 2));
        yield return Case("Conv", 16, [Real(2, 3, 4, 4), Real(4, 3, 1, 1), Real(4)]);
        yield return Case("Conv", 16, [Real(2, 3, 5, 4), Real(4, 3, 1, 1)], Ints("strides", 2, 2));
        yield return Case("Conv", 16, [Real(2, 2, 5, 5), Real(2, 2, 3, 3)], Of("auto_pad", "SAME_UPPER"), Ints("strides", 2, 2));
        yield return Case("Conv", 16, [Real(2, 2, 6, 5), Real(2, 2, 2, 2)], Of("auto_pad", "SAME_LOWER"));
        yield return Case("Conv", 16, [Real(1, 2, 6, 5), Real(2, 2, 2, 2)], Of("auto_pad", "VALID"), Ints("strides", 3, 2));
        yield return Case("Conv", 16, [Real(2, 32, 6, 6), Real(2, 32, 2, 2)]);
        yield return Case("Conv", 16, [Real(1, 32, 8, 7), Real(1, 32, 3, 3)], Ints("pads", 1, 1, 1, 1));
        yield return Case("Conv", 16, [Real(2, 32, 4, 4), Real(2, 32, 3, 2)], Ints("strides", 2, 1), Ints("pads", 1, 0, 0, 1));
        yield return Case("Conv", 16, [Real(2, 2, 9), Real(3, 2, 3), Real(3)], Ints("strides", 2), Ints("pads", 1, 1));
        yield return Case("Conv", 16, [Real(1, 1, 3, 3, 3), Real(2, 1, 2, 2, 2)], Ints("pads", 1, 0, 0, 1, 0, 0));
        yield return Case("ConvTranspose", 16, [Real(2, 2, 3, 3), Real(2, 3, 3, 3), Real(3)]);
        yield return Case("ConvTranspose", 16, [Real(1, 2, 3, 4), Real(2, 2, 3, 3)], Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1));
        yield return Case("ConvTranspose", 16, [Real(1, 2, 3, 3), Real(2, 2, 2, 2)], Ints("strides", 2, 2));
        yield return Case("ConvTranspose", 11, [Real(1, 2, 3, 3), Real(2, 2, 3, 3)], Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1),
            Ints("output_padding", 1, 1));
        yield return Case("ConvTranspose", 16, [Real(2, 4, 3, 3), Real(4, 1, 3, 3)], Of("group", 2), Ints("pads", 1, 0, 0, 1));
        yield return Case("ConvTranspose", 16, [Real(1, 2, 3, 3), Real(2, 1, 2, 2)], Ints("dilations", 2, 2), Ints("strides", 2, 1));
        yield return Case("ConvTranspose", 16, [Real(2, 2, 4), Real(2, 2, 3)], Ints("strides", 3));
    }

    private static IEnumerable<RuleCase> Pools()
    {
        yield return Case("MaxPool", 16, [Real(2, 2, 4, 4)], Ints("kernel_shape", 2, 2), Ints("strides", 2, 2));
        yield return Case("MaxPool", 9, [Real(1, 2, 5, 5)], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1));
        yield return Case("MaxPool", 16, [Real(1, 2, 5, 4)], Ints("kernel_shape", 3, 2));
        yield return Case("MaxPool", 16, [Real(1, 1, 6, 6)], Ints("kernel_shape", 2, 2), Ints("dilations", 2, 2));
        yield return Case("MaxPool", 16, [Real(1, 1, 5, 5)], Ints("kernel_shape", 2, 2), Ints("strides", 2, 2), Of("ceil_mode", 1));
        yield return Case("MaxPool", 16, [Real(1, 2, 5, 5)], Ints("kernel_shape", 3, 3), Of("auto_pad", "SAME_UPPER"),
            Ints("strides", 2, 2));
        yield return Case("MaxPool", 16, [Real(2, 2, 7)], Ints("kernel_shape", 3), Ints("strides", 2));
        yield return Case("AveragePool", 16, [Real(2, 2, 4, 4)], Ints("kernel_shape", 2, 2), Ints("strides", 2, 2));
        yield return Case("AveragePool", 9, [Real(1, 2, 5, 5)], Ints("kernel_shape", 3, 3), Ints("strides", 2, 2),
            Ints("pads", 1, 1, 1, 1));
        yield return Case("AveragePool", 16, [Real(1, 2, 5, 5)], Ints("kernel_shape", 3, 3), Ints("pads", 1, 1, 1, 1),
            Of("count_include_pad", 1));
        yield return Case("AveragePool", 16, [Real(1, 2, 5, 6)], Ints("kernel_shape", 2, 3), Of("auto_pad", "SAME_LOWER"));
        yield return Case("AveragePool", 16, [Real(1, 1, 5, 5)], Ints("kernel_shape", 2, 2), Ints("strides", 2, 2), Of("ceil_mode", 1));
        yield return Case("AveragePool", 19, [Real(1, 1, 6, 6)], Ints("kernel_shape", 2, 2), Ints("dilations", 2, 2));
        yield return Case("AveragePool", 16, [Real(2, 2, 7)], Ints("kernel_shape", 3), Ints("strides", 2));
    }

    private static IEnumerable<RuleCase> Resizes()
    {
        foreach (var coordinates in new[] { "half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners" })
            foreach (var mode in new[] { "nearest", "linear" })
            {
                yield return Case("Resize", 16, [Real(1, 2, 3, 4), None, Floats(1, 1, 2, 2)], Of("mode", mode),
                    Of("coordinate_transformation_mode", coordinates));
                yield return Case("Resize", 16, [Real(1, 2, 4, 5), None, None, Integers(1, 2, 7, 3)], Of("mode", mode),
                    Of("coordinate_transformation_mode", coordinates));
                yield return Case("Resize", 13, [Real(1, 1, 5, 5), None, Floats(1, 1, 0.6, 1.7)], Of("mode", mode),
                    Of("coordinate_transformation_mode", coordinates));
            }
        foreach (var nearest in new[] { "floor", "ceil", "round_prefer_floor", "round_prefer_ceil" })
            yield return Case("Resize", 16, [Real(1, 1, 3, 5), None, Floats(1, 1, 2, 1.5)], Of("nearest_mode", nearest),
                Of("coordinate_transformation_mode", "asymmetric"));
        yield return Case("Resize", 10, [Real(1, 1, 3, 3), Floats(1, 1, 2, 2)], Of("mode", "nearest"));
        yield return Case("Upsample", 9, [Real(1, 1, 3, 3), Floats(1, 1, 2, 3)], Of("mode", "linear"));
    }
}
