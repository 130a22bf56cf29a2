using GspMl.Onnx.Models;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// Tensors of integers that tell shapes, followed element by element from where they are stored or from a Shape node, so that a Reshape's
/// target is known to shrink with the channels, or can be written anew.
/// </summary>
internal sealed class ShapeValues(ChannelFlow flow)
{
    private readonly Dictionary<string, IReadOnlyList<ShapeElement>> values = [];
    private readonly List<ExtentUse> uses = [];

    /// <summary>Which stored numbers are extents of which axes.</summary>
    public IReadOnlyList<ExtentUse> Uses => uses;

    public IReadOnlyList<ShapeElement>? Of(string tensor) => values.GetValueOrDefault(tensor);

    /// <summary>A stored tensor of integers, a vector or one number.</summary>
    public void DefineStored(string name, TensorProto tensor, TensorLocation location)
    {
        if (tensor.Dims.Count <= 1 && IntegerTensor.Values(tensor) is { } stored)
            values[name] = [.. stored.Select((value, i) => ShapeElement.Stored(value, location, i))];
    }

    public void DefineStored(string name, IEnumerable<long> stored)
        => values[name] = [.. stored.Select((value, i) => ShapeElement.Stored(value, null, i))];

    /// <summary>Follows the nodes that hand extents on; returns whether this was one.</summary>
    public bool Follow(NodeProto node, FlowNode at)
    {
        if (Result(node, at) is not { } result) return false;
        for (var i = 0; i < node.Input.Count; i++)
            if (i == 0 || at.Operator?.Shapes == ShapeFlowKind.Concatenation) at.TakeShape(i);
        values[node.Output[0]] = result;
        return true;
    }

    /// <summary>That a number of a stored tensor, or an extent, is read as something that a change would break.</summary>
    public void NoteOther(string tensor, string reader)
    {
        foreach (var element in Of(tensor) ?? []) NoteOther(element, reader);
    }

    /// <summary>The same of one number.</summary>
    public void NoteOther(ShapeElement element, string reader)
    {
        flow.Labels.Fix(element.Extent, $"{reader} computes with its extent");
        NoteUse(element, null, reader);
    }

    /// <summary>That a stored number is the extent of an axis with these labels.</summary>
    public void NoteUse(ShapeElement element, int[]? labels, string reader)
    {
        if (element.Source is { } source) uses.Add(new(source, element.Index, labels, reader));
        else if (element.Value is not null) flow.Labels.Fix(labels, $"{reader} has its extent in an attribute");
    }

    /// <summary>Numbers that stand for axes which do not shrink alike cannot be written anew.</summary>
    public void Settle()
    {
        foreach (var number in uses.GroupBy(use => (use.Source, use.Index)))
        {
            var first = number.First();
            if (number.All(use => flow.Labels.AreSame(use.Labels, first.Labels))) continue;
            foreach (var use in number)
                flow.Labels.Fix(use.Labels, $"{use.Reader} shares the constant of its shape '{use.Source.Name}' with other nodes");
        }
    }

    private IReadOnlyList<ShapeElement>? Result(NodeProto node, FlowNode at)
    {
        if (at.Operator?.Shapes is not { } kind) return null;
        if (kind == ShapeFlowKind.Extents) return ExtentsOf(node, at);
        var inputs = node.Input.Select(Of).ToList();
        if (inputs.Count == 0 || inputs[0] is not { } first) return null;
        return kind switch
        {
            ShapeFlowKind.Same => first,
            ShapeFlowKind.Concatenation => inputs.All(input => input is not null) ? [.. inputs.SelectMany(input => input!)] : null,
            ShapeFlowKind.Picking => Picked(first, inputs[1]),
            ShapeFlowKind.Slicing => Sliced(first, node, inputs),
            _ => null,
        };
    }

    private List<ShapeElement>? ExtentsOf(NodeProto node, FlowNode at)
    {
        if (flow.Tensor(node.Input[0]) is not { } tensor) return null;
        at.Take(0);
        var (start, end) = (at.Integer("start", 0), at.Integer("end", tensor.Rank));
        start = Math.Clamp(start < 0 ? start + tensor.Rank : start, 0, tensor.Rank);
        end = Math.Clamp(end < 0 ? end + tensor.Rank : end, 0, tensor.Rank);
        return [.. tensor.Axes.Select(ShapeElement.ExtentOf).Skip((int)start).Take((int)Math.Max(0, end - start))];
    }

    private static List<ShapeElement>? Picked(IReadOnlyList<ShapeElement> from, IReadOnlyList<ShapeElement>? indices)
    {
        if (indices is null || indices.Any(i => i.Value is not { } at || at < -from.Count || at >= from.Count)) return null;
        return [.. indices.Select(i => from[(int)(i.Value < 0 ? i.Value.Value + from.Count : i.Value!.Value)])];
    }

    private static List<ShapeElement>? Sliced(IReadOnlyList<ShapeElement> from, NodeProto node, List<IReadOnlyList<ShapeElement>?> inputs)
    {
        long?[] bounds = [.. inputs.Skip(1).Take(2).Select(input => input is [{ Value: { } value }] ? (long?)value : null)];
        if (bounds.Length < 2 || bounds[0] is null || bounds[1] is null || (node.Input.Count > 4 && inputs[4] is not [{ Value: 1 }]))
            return null;
        var (start, end) = (Math.Clamp(At(bounds[0]!.Value), 0, from.Count), Math.Clamp(At(bounds[1]!.Value), 0, from.Count));
        return [.. from.Skip((int)start).Take((int)Math.Max(0, end - start))];
        long At(long index) => index < 0 ? index + from.Count : index;
    }
}
