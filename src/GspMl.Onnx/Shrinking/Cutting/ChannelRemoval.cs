using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Wire;
using GspMl.Onnx.Writing;

namespace GspMl.Onnx.Shrinking.Cutting;

/// <summary>
/// Writes a model without some of its channels: stored tensors are cut, the groups of depthwise convolutions and the shapes of Reshapes
/// that name a number of channels are written anew. All else of the file stays byte for byte.
/// </summary>
internal sealed class ChannelRemoval
{
    private readonly OnnxModel model;
    private readonly ChannelFlow flow;
    private readonly IReadOnlySet<int> removed;
    private readonly WireSplice splice;
    private readonly ExternalLayout external;

    private ChannelRemoval(OnnxModel model, ChannelFlow flow, IReadOnlySet<int> removed)
        => (this.model, this.flow, this.removed, splice, external) = (model, flow, removed, new(model.File.Bytes), new(model));

    /// <summary>The smaller model, in memory.</summary>
    /// <param name="model">The model; its edits are taken over.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="removed">Labels of the channels that go.</param>
    public static OnnxModel Apply(OnnxModel model, ChannelFlow flow, IReadOnlySet<int> removed)
    {
        var removal = new ChannelRemoval(model, flow, removed);
        removal.CutTensors();
        removal.RewriteExtents();
        removal.RewriteGroups();
        removal.RewriteValueInfo();
        removal.external.Relocate(removal.splice);
        var smaller = OnnxModel.Open(ModelFile.Changed(model.File, removal.splice.ToArray()));
        return smaller.With(removal.external.Edits(smaller));
    }

    private List<int> Kept(int[] labels)
        => [.. Enumerable.Range(0, labels.Length).Where(i => !removed.Contains(flow.Labels.Find(labels[i])))];

    private bool Shrinks(FollowedTensor tensor)
        => tensor.Axes.Any(axis => axis is not null && axis.Any(label => removed.Contains(flow.Labels.Find(label))));

    private void CutTensors()
    {
        foreach (var location in model.Tensors)
        {
            if (flow.Stored.TryGetValue(location, out var tensor) && Shrinks(tensor)) Cut(location, tensor);
            else if (location.Storage == TensorStorage.External) external.Keep(location);
            else if (model.Edits.Contains(location)) TensorSplice.Replace(splice, model.File, location, model.Edits[location]);
        }
    }

    private void Cut(TensorLocation location, FollowedTensor tensor)
    {
        var (elements, shape) = (StoredElements.Read(model, location), tensor.Shape.ToArray());
        for (var k = 0; k < shape.Length; k++)
            if (tensor.Axes[k] is { } labels && Kept(labels) is { } kept && kept.Count < labels.Length)
                elements = StoredElements.Cut(elements.Span, shape, k, kept, StoredElements.SizeOf(location.Proto));
        TensorSplice.Reshape(splice, model.File, location, shape);
        if (location.Storage == TensorStorage.External) external.Replace(location, elements);
        else TensorSplice.ReplaceAll(splice, model.File, location, elements);
    }

    private void RewriteExtents()
    {
        foreach (var source in flow.Shapes.Uses.Where(use => use.Labels is not null).GroupBy(use => use.Source))
        {
            var values = IntegerTensor.Values(source.Key.Proto)!;
            foreach (var use in source) values[use.Index] = Kept(use.Labels!).Count;
            if (!values.SequenceEqual(IntegerTensor.Values(source.Key.Proto)!))
                TensorSplice.ReplaceIntegers(splice, model.File, source.Key, values);
        }
    }

    private void RewriteGroups()
    {
        var graph = model.File.Root.Child(OnnxField.ModelGraph);
        var wires = graph.ChildrenOf(OnnxField.GraphNode);
        foreach (var (position, labels) in flow.Groups)
        {
            var attributes = model.Proto.Graph.Node[position].Attribute;
            var attribute = wires[position].ChildrenOf(OnnxField.NodeAttribute)[attributes.TakeWhile(a => a.Name != "group").Count()];
            var number = attribute.Fields(model.File.Bytes.Span).Last(field => field.Number == AttributeProto.IFieldNumber);
            splice.Replace(attribute, number.BodyStart, number.End, Varint.Encode((ulong)Kept(labels).Count));
        }
    }

    /// <summary>Shapes that the file tells of activations; ONNX Runtime compares them with what it infers.</summary>
    private void RewriteValueInfo()
    {
        var graph = model.File.Root.Child(OnnxField.ModelGraph);
        var fields = graph.Fields(model.File.Bytes.Span).Where(field => field.Number == GraphProto.ValueInfoFieldNumber);
        foreach (var (field, info) in fields.Zip(model.Proto.Graph.ValueInfo))
        {
            if (flow.Tensor(info.Name) is not { } tensor || !Shrinks(tensor)) continue;
            var changed = info.Clone();
            var extents = changed.Type?.TensorType?.Shape?.Dim;
            for (var k = 0; k < Math.Min(extents?.Count ?? 0, tensor.Rank); k++)
                if (tensor.Axes[k] is { } labels && extents![k].HasDimValue) extents[k].DimValue = Kept(labels).Count;
            splice.Replace(graph, field.Start, field.End,
                Varint.EncodeField(field.Number, Google.Protobuf.MessageExtensions.ToByteArray(changed)));
        }
    }
}
