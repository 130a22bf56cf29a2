using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Times;

/// <summary>A chain of nodes as a model of its own, without some channels.</summary>
internal sealed class ChainModel
{
    private readonly OnnxModel model;
    private readonly ChannelFlow flow;
    private readonly IReadOnlyList<int> chain;
    private readonly List<ChainOperand> operands;
    private readonly List<string> outputs;
    private readonly string structure;

    /// <param name="model">The model.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="shapes">The shapes of its tensors in a typical run.</param>
    /// <param name="stored">Stored tensors by the names that nodes call them.</param>
    /// <param name="chain">The nodes.</param>
    public ChainModel(OnnxModel model, ChannelFlow flow, ModelRunShapes shapes, IReadOnlyDictionary<string, TensorLocation> stored,
        IReadOnlyList<int> chain)
    {
        (this.model, this.flow, this.chain) = (model, flow, chain);
        var nodes = chain.Select(i => model.Proto.Graph.Node[i]).ToList();
        var own = nodes.SelectMany(node => node.Output).ToHashSet();
        var read = nodes.SelectMany(node => node.Input).Where(name => name.Length > 0).Distinct().ToList();
        operands = [.. read.Where(name => !own.Contains(name)).Select(name => ChainOperand.Of(name, flow, shapes, stored))];
        outputs = [.. own.Where(name => name.Length > 0 && !read.Contains(name))];
        Axes = [.. operands.SelectMany(operand => operand.Axes).OfType<int[]>().Concat(Attributes.Select(use => use.Labels)).Distinct()];
        structure = string.Join(' ', nodes.Select(node => Text(node, [.. read, .. own])));
    }

    /// <summary>The axes whose extents say how long it takes.</summary>
    public IReadOnlyList<int[]> Axes { get; }

    private IEnumerable<AttributeUse> Attributes => flow.Attributes.Where(use => chain.Contains(use.Node));

    /// <summary>What tells chains apart that may take different times: operators, attributes and shapes.</summary>
    /// <param name="left">From an axis to the positions that are left.</param>
    public string Key(Func<int[], int> left)
        => $"{structure} {string.Join(';', operands.Select(operand => string.Join(',', operand.Extents(left))))} "
            + string.Join(',', Attributes.Select(use => left(use.Labels)));

    /// <summary>The model, and the shapes of its inputs.</summary>
    /// <param name="removed">Labels of the channels that are gone.</param>
    /// <param name="left">From an axis to the positions that are left.</param>
    public (OnnxModel Model, IReadOnlyList<ChainInput> Inputs) Without(IReadOnlySet<int> removed, Func<int[], int> left)
    {
        var graph = new GraphProto { Name = "chain" };
        graph.Node.AddRange(chain.Select(i => Node(i, left)));
        graph.Initializer.AddRange(operands.Where(operand => operand.Stored is not null).Select(operand => Cut(operand, removed)));
        List<ChainInput> inputs = [.. operands.Where(operand => operand.Stored is null)
            .Select(operand => new ChainInput(operand.Name, operand.Type, operand.Extents(left)))];
        graph.Input.AddRange(inputs.Select(input => input.Declared()));
        graph.Output.AddRange(outputs.Select(name => new ValueInfoProto { Name = name }));
        var alone = new ModelProto { IrVersion = model.Proto.IrVersion, Graph = graph };
        alone.OpsetImport.AddRange(model.Proto.OpsetImport);
        return (OnnxModel.Load(alone.ToByteArray(), model.Path), inputs);
    }

    private NodeProto Node(int place, Func<int[], int> left)
    {
        var node = model.Proto.Graph.Node[place].Clone();
        foreach (var use in Attributes.Where(use => use.Node == place))
        {
            var attribute = node.Attribute.First(attribute => attribute.Name == use.Name);
            if (attribute.Ints.Count == 0) attribute.I = left(use.Labels);
            else attribute.Ints[use.Index] = left(use.Labels);
        }
        return node;
    }

    private TensorProto Cut(ChainOperand operand, IReadOnlySet<int> removed)
    {
        var (location, shape) = (operand.Stored!, operand.Shape.ToArray());
        var (elements, size) = (StoredElements.Read(model, location), StoredElements.SizeOf(location.Proto));
        for (var k = 0; k < shape.Length; k++)
        {
            if (operand.Axes[k] is not { } labels) continue;
            int[] kept = [.. Enumerable.Range(0, labels.Length).Where(i => !flow.Labels.IsGone(labels[i], removed))];
            if (kept.Length < labels.Length) elements = StoredElements.Cut(elements.Span, shape, k, kept, size);
        }
        var tensor = new TensorProto
        {
            Name = operand.Name,
            DataType = location.Proto.DataType,
            RawData = UnsafeByteOperations.UnsafeWrap(elements),
        };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    /// <summary>Operator, attributes, and which of the chain's tensors it reads.</summary>
    private static string Text(NodeProto node, List<string> names)
        => $"{node.Domain}.{node.OpType}({string.Join(',', node.Input.Select(name => names.IndexOf(name)))})"
            + string.Join(',', node.Attribute.Select(attribute => attribute.ToByteString().ToBase64()));
}
