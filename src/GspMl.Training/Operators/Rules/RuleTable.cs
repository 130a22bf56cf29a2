using System.Collections.Frozen;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Training.Operators.Rules;

/// <summary>The gradient rules there are. To teach another operator its gradient is one rule in this list.</summary>
internal static class RuleTable
{
    /// <summary>Every rule.</summary>
    public static IReadOnlyList<GradientRule> All { get; } =
    [
        new AddRule(), new SubtractRule(), new MultiplyRule(), new DivideRule(), new PowerRule(), new SumRule(), new ExtremumRule(),
        new WhereRule(),
        .. FunctionRule.All, new PReluRule(),
        new IdentityRule(), new CastRule(), new StepRule(), new ReshapeRule(), new TransposeRule(), new ExpandRule(), new TileRule(),
        new ConcatRule(), new SplitRule(), new SliceRule(), new PadRule(), new GatherRule(), new GatherElementsRule(),
        new ReduceSumRule(), new ReduceExtremumRule(), new GlobalAveragePoolRule(),
        new SoftmaxRule(), new LogSoftmaxRule(), new BatchNormalizationRule(), new InstanceNormalizationRule(),
        new LayerNormalizationRule(), new GroupNormalizationRule(),
        new MatMulRule(), new FusedMatMulRule(), new GemmRule(), new ConvolutionRule(), new TransposedConvolutionRule(),
        new MaxPoolRule(), new AveragePoolRule(), new ResizeRule(),
    ];

    private static readonly FrozenDictionary<(string Domain, string Op), GradientRule> Entries
        = All.SelectMany(rule => rule.Operators.Select(op => (Key: (rule.Domain, op), rule)))
            .ToFrozenDictionary(pair => pair.Key, pair => pair.rule);

    /// <summary>The rule of a node's operator; null where there is none.</summary>
    public static GradientRule? Of(NodeProto node)
        => Entries.GetValueOrDefault((OperatorDomain.Of(node.Domain), node.OpType));
}
