using GspMl.Onnx.Models;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Permuting;

/// <summary>Gives stored tensors their elements in the order of moved channels.</summary>
internal static class TensorReordering
{
    /// <summary>The model with its channels moved, in memory.</summary>
    /// <param name="model">The model; its edits are taken over.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="moves">From each channel that gets the content of another to that one.</param>
    public static OnnxModel Apply(OnnxModel model, ChannelFlow flow, IReadOnlyDictionary<int, int> moves)
    {
        var edits = new ModelEdits();
        foreach (var location in model.Tensors)
        {
            if (!flow.Stored.TryGetValue(location, out var tensor)) continue;
            var places = tensor.Axes.Select(axis => axis is null ? null : Places(flow, axis, moves)).ToList();
            if (places.All(place => place is null)) continue;
            var elements = StoredElements.Read(model, location);
            for (var k = 0; k < places.Count; k++)
                if (places[k] is { } place)
                    elements = StoredElements.Cut(elements.Span, [.. tensor.Shape], k, place, StoredElements.SizeOf(location.Proto));
            edits.Set(location, elements);
        }
        edits.Inherit(model.Edits);
        return model.With(edits);
    }

    /// <summary>For each position of an axis the one whose content it gets; null where all keep their own.</summary>
    private static int[]? Places(ChannelFlow flow, int[] axis, IReadOnlyDictionary<int, int> moves)
    {
        int[] channels = [.. axis.Select(flow.Labels.Find)];
        if (!channels.Any(moves.ContainsKey)) return null;
        // Where a channel has several positions, as behind a Flatten, the first takes the first of the other's.
        var positions = channels.Index().ToLookup(position => position.Item, position => position.Index)
            .ToDictionary(group => group.Key, group => group.ToArray());
        var (next, places) = (new Dictionary<int, int>(), new int[axis.Length]);
        for (var i = 0; i < places.Length; i++)
        {
            var count = next[channels[i]] = next.GetValueOrDefault(channels[i], -1) + 1;
            places[i] = positions[moves.GetValueOrDefault(channels[i], channels[i])][count];
        }
        return places;
    }
}
