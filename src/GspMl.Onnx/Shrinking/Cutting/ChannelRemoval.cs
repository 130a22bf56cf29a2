using System.Runtime.InteropServices;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Wire;
using GspMl.Onnx.Writing;

namespace GspMl.Onnx.Shrinking.Cutting;

/// <summary>
/// Writes a model without some of its channels: stored tensors are cut, attributes and constants
/// that name a number of channels or their positions are written anew. All else of the file stays byte for byte.
/// </summary>
internal sealed class ChannelRemoval
{
    private readonly OnnxModel model;
    private readonly ChannelFlow flow;
    private readonly IReadOnlySet<int> removed;
    private readonly WireSplice splice;
    private readonly ExternalLayout external;
    private readonly Dictionary<TensorLocation, int[]> indices;

    private ChannelRemoval(OnnxModel model, ChannelFlow flow, IReadOnlySet<int> removed)
        => (this.model, this.flow, this.removed, splice, external, indices) =
            (model, flow, removed, new(model.File.Bytes), new(model), flow.Indices.ToDictionary(use => use.Tensor, use => use.Labels));

    /// <summary>The smaller model, in memory.</summary>
    /// <param name="model">The model; its edits are taken over.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="removed">Labels of the channels that go.</param>
    public static OnnxModel Apply(OnnxModel model, ChannelFlow flow, IReadOnlySet<int> removed)
    {
        var removal = new ChannelRemoval(model, flow, removed);
        removal.CutTensors();
        removal.RewriteExtents();
        removal.RewriteAttributes();
        removal.RewriteValueInfo();
        removal.external.Relocate(removal.splice);
        var smaller = OnnxModel.Open(ModelFile.Changed(model.File, removal.splice.ToArray()));
        return smaller.With(removal.external.Edits(smaller));
    }

    private List<int> Kept(int[] labels)
        => [.. Enumerable.Range(0, labels.Length).Where(i => !flow.Labels.IsGone(labels[i], removed))];

    private bool Shrinks(FollowedTensor tensor)
        => tensor.Axes.Any(axis => axis is not null && axis.Any(label => flow.Labels.IsGone(label, removed)));

    private void CutTensors()
    {
        foreach (var location in model.Tensors)
        {
            if (flow.Stored.TryGetValue(location, out var tensor) && (indices.ContainsKey(location) || Shrinks(tensor)))
                Cut(location, tensor);
            else if (location.Storage == TensorStorage.External) external.Keep(location);
            else if (model.Edits.Contains(location)) TensorSplice.Replace(splice, model.File, location, model.Edits[location]);
        }
    }

    private void Cut(TensorLocation location, FollowedTensor tensor)
    {
        List<int>?[] kept = [.. tensor.Axes.Select(labels => labels is null ? null : Kept(labels))];
        TensorSplice.Reshape(splice, model.File, location, [.. tensor.Shape.Select((extent, k) => kept[k]?.Count ?? extent)]);
        // Positions in external data are of a type that is not cut.
        if (model.Elements.IsExternal(location)) external.Cut(location, kept);
        else if (location.Storage == TensorStorage.External) external.Replace(location, Elements(location, tensor, kept));
        else TensorSplice.ReplaceAll(splice, model.File, location, Elements(location, tensor, kept));
    }

    /// <summary>What stays of a tensor, in memory.</summary>
    private ReadOnlyMemory<byte> Elements(TensorLocation location, FollowedTensor tensor, List<int>?[] kept)
    {
        var (elements, shape) = (StoredElements.Read(model, location), tensor.Shape.ToArray());
        if (indices.TryGetValue(location, out var positions)) elements = Renumbered(location, positions);
        for (var k = 0; k < shape.Length; k++)
            if (kept[k] is { } left && left.Count < shape[k])
                elements = StoredElements.Cut(elements.Span, shape, k, left, StoredElements.SizeOf(location.Proto));
        return elements;
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

    /// <summary>Positions of an axis as they are counted without what goes; those that go themselves are cut out later.</summary>
    private byte[] Renumbered(TensorLocation location, int[] labels)
    {
        var numbers = new long[labels.Length];
        for (var (i, next) = (0, 0); i < numbers.Length; i++) numbers[i] = flow.Labels.IsGone(labels[i], removed) ? 0 : next++;
        var values = IntegerTensor.Values(location.Proto)!.Select(value => numbers[value < 0 ? value + labels.Length : value]).ToArray();
        return location.Proto.DataType == (int)TensorProto.Types.DataType.Int64 ? MemoryMarshal.AsBytes<long>(values).ToArray()
            : MemoryMarshal.AsBytes<int>([.. values.Select(value => (int)value)]).ToArray();
    }

    private void RewriteAttributes()
    {
        var wires = model.File.Root.Child(OnnxField.ModelGraph).ChildrenOf(OnnxField.GraphNode);
        foreach (var use in flow.Attributes.GroupBy(use => (use.Node, use.Name)))
        {
            var attributes = model.Proto.Graph.Node[use.Key.Node].Attribute;
            var index = attributes.TakeWhile(attribute => attribute.Name != use.Key.Name).Count();
            var changed = attributes[index].Clone();
            foreach (var number in use)
            {
                if (changed.Ints.Count == 0) changed.I = Kept(number.Labels).Count;
                else changed.Ints[number.Index] = Kept(number.Labels).Count;
            }
            var wire = wires[use.Key.Node];
            var field = wire.Fields(model.File.Bytes.Span).Where(field => field.Number == OnnxField.NodeAttribute).ElementAt(index);
            splice.Replace(wire, field.Start, field.End,
                Varint.EncodeField(field.Number, Google.Protobuf.MessageExtensions.ToByteArray(changed)));
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
