using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;

namespace GspMl.Training.Operators;

/// <summary>
/// Writes nodes of an older version of ONNX's operators in the form of <see cref="Least"/>, the first in which gradients can be written:
/// attributes that became operands, and the few operators that changed what they mean.
/// </summary>
internal sealed class OpsetUpgrade
{
    /// <summary>ScatterElements adds from this version on.</summary>
    public const long Least = 16;

    // Before this version, elementwise operators broadcast by attributes.
    private const long Oldest = 7;

    private readonly GraphProto graph;
    private readonly long from;
    private readonly GraphWriter constants;
    private NodeProto? behind;

    private OpsetUpgrade(GraphProto graph, long from) => (this.graph, this.from, constants) = (graph, from, new(graph, Least));

    /// <summary>Raises a model, in place, where that is needed.</summary>
    /// <returns>The version that it has now.</returns>
    /// <exception cref="NoGradientException">It is too old, or a node cannot be written in the newer form.</exception>
    public static long Apply(ModelProto model)
    {
        var import = model.OpsetImport.FirstOrDefault(opset => OperatorDomain.Of(opset.Domain) == OperatorDomain.Onnx);
        var version = import?.Version ?? 1;
        if (version >= Least) return version;
        if (version < Oldest) throw new NoGradientException($"operators of version {version} are older than {Oldest}");
        var upgrade = new OpsetUpgrade(model.Graph, version);
        var nodes = model.Graph.Node.ToList();
        model.Graph.Node.Clear();
        foreach (var node in nodes) upgrade.Add(node);
        import!.Version = Least;
        // ONNX Runtime wants an intermediate representation that knows the operators' version.
        model.IrVersion = Math.Max(model.IrVersion, 8);
        return Least;
    }

    private void Add(NodeProto node)
    {
        var isOwn = OperatorDomain.Of(node.Domain) == OperatorDomain.Onnx;
        if (isOwn && node.Attribute.Any(attribute => attribute.G is not null))
            throw new NoGradientException($"{node.OpType} '{node.Name}' holds a graph of an older version");
        if (isOwn) Raise(node);
        graph.Node.Add(node);
        if (behind is not null) graph.Node.Add(behind);
        behind = null;
    }

    private void Raise(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Squeeze" or "Unsqueeze" or "ReduceSum" when from < 13: ListToOperand(node, "axes", 1); break;
            case "Split" when from < 13: ListToOperand(node, "split", 1); break;
            case "Softmax" or "LogSoftmax" when from < 13: FlatSoftmax(node); break;
            case "Clip" when from < 11: NumbersToOperands(node, ("min", 1), ("max", 2)); break;
            case "Pad" when from < 11: ListToOperand(node, "pads", 1); NumbersToOperands(node, ("value", 2)); break;
            case "Slice" when from < 10: Slice(node); break;
            case "Dropout" when from < 12: Remove(node, "ratio"); break;
            case "BatchNormalization": BatchNormalization(node); break;
            case "Upsample": Upsample(node); break;
            case "Resize" when from < 11: Resize(node); break;
            case "Scatter": node.OpType = "ScatterElements"; break;
            case "Hardmax" when from < 13: throw new NoGradientException($"{node.OpType} '{node.Name}' is of an older form");
        }
    }

    /// <summary>An attribute that became an operand; where it is not there, neither is the operand.</summary>
    private void ListToOperand(NodeProto node, string name, int place)
    {
        if (node.Integers(name) is not { } values) return;
        Remove(node, name);
        Operand(node, place, constants.Integers(values));
    }

    private void NumbersToOperands(NodeProto node, params ReadOnlySpan<(string Name, int Place)> attributes)
    {
        foreach (var (name, place) in attributes)
        {
            if (node.Find(name) is not { } attribute) continue;
            Remove(node, name);
            Operand(node, place, constants.Scalar(attribute.F));
        }
    }

    private void Slice(NodeProto node)
    {
        foreach (var (name, place) in new[] { ("starts", 1), ("ends", 2), ("axes", 3) }) ListToOperand(node, name, place);
    }

    /// <summary>Version 9 took out an attribute, 14 outputs of training; the form of inference is the same.</summary>
    private static void BatchNormalization(NodeProto node)
    {
        if (node.Integer("spatial", 1) == 0) throw new NoGradientException($"{node.OpType} '{node.Name}' is not by channels");
        Remove(node, "spatial");
        Remove(node, "is_test");
        if (node.Output.Skip(1).Any(output => output.Length > 0))
            throw new NoGradientException($"{node.OpType} '{node.Name}' is in training mode of an older form");
        while (node.Output.Count > 1) node.Output.RemoveAt(node.Output.Count - 1);
    }

    /// <summary>Before version 13 all axes from one on were one: flattened, normalised, and shaped as before.</summary>
    private void FlatSoftmax(NodeProto node)
    {
        var axis = node.Integer("axis", 1);
        Remove(node, "axis");
        node.Attribute.Add(Attributes.Of("axis", -1));
        if (axis == -1) return;
        var (input, output) = (node.Input[0], node.Output[0]);
        var shape = constants.Node("Shape", [input]);
        node.Input[0] = constants.Node("Flatten", [input], Attributes.Of("axis", axis));
        node.Output[0] = constants.Fresh("flat");
        behind = Made("Reshape", [node.Output[0], shape], output);
    }

    /// <summary>The former name of Resize: scales as an attribute or an operand.</summary>
    private void Upsample(NodeProto node)
    {
        node.OpType = "Resize";
        if (node.Find("scales") is { } scales)
        {
            Remove(node, "scales");
            Operand(node, 1, constants.Numbers([.. scales.Floats.Select(scale => (double)scale)], scales.Floats.Count));
        }
        Resize(node);
    }

    /// <summary>Before version 11 there was no region of interest, and positions were divided by the scale.</summary>
    private static void Resize(NodeProto node)
    {
        node.Input.Insert(1, "");
        node.Attribute.Add(Attributes.Of("coordinate_transformation_mode", "asymmetric"));
        if (node.Text("mode", "nearest") == "nearest") node.Attribute.Add(Attributes.Of("nearest_mode", "floor"));
    }

    private static NodeProto Made(string op, IEnumerable<string> inputs, string output)
    {
        var node = new NodeProto { OpType = op, Name = output };
        node.Input.Add(inputs);
        node.Output.Add(output);
        return node;
    }

    private static void Operand(NodeProto node, int place, string name)
    {
        while (node.Input.Count <= place) node.Input.Add("");
        node.Input[place] = name;
    }

    private static void Remove(NodeProto node, string name)
    {
        if (node.Find(name) is { } attribute) node.Attribute.Remove(attribute);
    }
}
