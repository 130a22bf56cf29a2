using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>A node as the rules see it. What a rule does not take from an input is held to be needed: the labels there are fixed.</summary>
internal sealed class FlowNode(ChannelFlow flow, NodeProto node, int position)
{
    private readonly bool[] taken = new bool[node.Input.Count];
    private readonly bool[] takenAsShape = new bool[node.Input.Count];

    /// <summary>What is known of its operator; null where nothing is.</summary>
    public Operator? Operator { get; } = flow.OperatorOf(node);

    /// <summary>Its position in the graph.</summary>
    public int Position => position;

    public ChannelLabels Labels => flow.Labels;

    /// <summary>What messages call it: operator and name.</summary>
    public string Name { get; } = $"{node.OpType} '{TensorIndex.NodeName(node)}'";

    public string PlainName => TensorIndex.NodeName(node);

    public int Inputs => node.Input.Count;

    public int Outputs => node.Output.Count;

    public long Opset => flow.Opset;

    public ChannelFlow Flow => flow;

    public bool Has(int input) => input < node.Input.Count && node.Input[input].Length > 0;

    /// <summary>An input whose axes the rule deals with, all of them.</summary>
    /// <exception cref="NotFollowedException">There is no such tensor, or its shape is not known.</exception>
    public FollowedTensor Take(int input)
    {
        if (!Has(input) || flow.Tensor(node.Input[input]) is not { } tensor)
            throw new NotFollowedException($"{Name} reads a tensor of unknown shape");
        taken[input] = true;
        return tensor;
    }

    public bool IsConstant(int input) => Has(input) && flow.IsConstant(node.Input[input]);

    public string OutputName(int output) => node.Output[output];

    /// <summary>The shape of an output in the run of the model.</summary>
    /// <exception cref="NotFollowedException">It is not known.</exception>
    public IReadOnlyList<long> OutputShape(int output = 0)
        => flow.ShapeOf(node.Output[output]) ?? throw new NotFollowedException($"{Name} has an output of unknown shape");

    public void Set(int output, IReadOnlyList<int[]?> axes) => flow.Define(node.Output[output], new(OutputShape(output), axes, Name));

    public void Fix(int[]? labels, string why) => flow.Labels.Fix(labels, $"{Name} {why}");

    /// <summary>Joins the labels of two axes that must shrink together; one that is not followed holds the other.</summary>
    public int[]? Join(int[]? a, int[]? b, string otherwise)
    {
        if (a is not null && b is not null && a.Length == b.Length) flow.Labels.Join(a, b, $"{Name} {otherwise}");
        else
        {
            Fix(a, otherwise);
            Fix(b, otherwise);
        }
        return a ?? b;
    }

    public AttributeProto? Attribute(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

    public long Integer(string name, long otherwise) => Attribute(name)?.I ?? otherwise;

    public long[]? Integers(string name) => Attribute(name) is { } attribute ? [.. attribute.Ints] : null;

    /// <summary>The elements of an input that tells a shape; null where it is not known how they come about.</summary>
    public IReadOnlyList<ShapeElement>? TakeShape(int input)
    {
        if (!Has(input)) return null;
        taken[input] = takenAsShape[input] = true;
        return flow.Shapes.Of(node.Input[input]);
    }

    /// <summary>An axis as several, the last one fastest.</summary>
    /// <exception cref="NotFollowedException">Which positions go together cannot be told.</exception>
    public int[]?[] Split(int[] axis, params IReadOnlyList<long> extents)
        => AxisFactors.Split(Labels, axis, extents, $"{Name} {Mixing}") ?? throw new NotFollowedException($"{Name} {Mixing}");

    private const string Mixing = "splits or mixes its channels";

    /// <summary>Neighbouring axes as one.</summary>
    public int[]? Merge(IReadOnlyList<int[]?> axes, params IReadOnlyList<long> extents) => AxisFactors.Merge(Labels, axes, extents);

    /// <summary>That a number of an attribute is the extent of an axis.</summary>
    public void NoteAttribute(string name, int[] labels, int index = 0) => flow.NoteAttribute(new(position, name, index, labels));

    /// <summary>The name of an input.</summary>
    public string InputName(int input) => node.Input[input];

    /// <summary>Integers known before the model runs, as an attribute (earlier opsets) or an input.</summary>
    /// <exception cref="NotFollowedException">The input is no such constant.</exception>
    public long[]? Integers(string attribute, int input)
    {
        if (Integers(attribute) is { } values) return values;
        if (!Has(input)) return null;
        var elements = flow.Shapes.Of(node.Input[input]);
        return elements is not null && elements.All(e => e.Value is not null) ? [.. elements.Select(e => e.Value!.Value)]
            : throw new NotFollowedException($"{Name} computes its {attribute}");
    }

    /// <summary>Axes counted from the front.</summary>
    public static int[] Normalized(IEnumerable<long> axes, int rank) => [.. axes.Select(axis => (int)(axis < 0 ? axis + rank : axis))];

    public static int Axis(long axis, int rank) => (int)(axis < 0 ? axis + rank : axis);

    /// <summary>Fixes the labels of the inputs that no rule took.</summary>
    public void FixRest(string why)
    {
        for (var i = 0; i < node.Input.Count; i++)
        {
            if (taken[i] || node.Input[i].Length == 0) continue;
            if (flow.Tensor(node.Input[i]) is { } tensor)
                foreach (var axis in tensor.Axes) flow.Labels.Fix(axis, why);
        }
    }

    /// <summary>Shape elements that no rule took: extents are computed with, stored numbers mean something else.</summary>
    public void FixUntakenShapes()
    {
        for (var i = 0; i < node.Input.Count; i++)
            if (!takenAsShape[i] && node.Input[i].Length > 0) flow.Shapes.NoteOther(node.Input[i], Name);
    }
}

/// <summary>A rule cannot tell where channels go; what the node reads stays as it is.</summary>
internal sealed class NotFollowedException(string message) : Exception(message);
