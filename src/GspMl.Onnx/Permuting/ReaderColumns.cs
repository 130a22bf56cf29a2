using GspMl.Onnx.Patterns;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Permuting;

/// <summary>What the layers that read a set of channels in the pattern hold of each.</summary>
/// <param name="Readers">Their names.</param>
/// <param name="Columns">For each channel the squared weights that read it, one for each filter and kernel position of all readers; of very
/// many an even sample.</param>
/// <param name="Total">The sum of all columns.</param>
internal sealed record ReaderColumns(IReadOnlyList<string> Readers, float[][] Columns, double Total)
{
    // More rows change the order of ResNet-18's channels, but hardly what it keeps.
    private const int MostRows = 1024;

    /// <exception cref="OnnxModelException">A weight cannot be read.</exception>
    public static ReaderColumns Of(OnnxModel model, ChannelFlow flow, FoundSet set, SparsityPattern pattern)
    {
        var readers = set.Readers.Where(reader => IsCounted(flow, set, reader, pattern)).ToList();
        var rows = readers.SelectMany(reader => Rows(model, reader, set, flow)).ToList();
        var step = Math.Max(1, (rows.Count + MostRows - 1) / MostRows);
        float[][] sample = [.. rows.Where((_, i) => i % step == 0)];
        float[][] columns = [.. Enumerable.Range(0, set.Channels.Count).Select(c => sample.Select(row => row[c]).ToArray())];
        return new([.. readers.Select(reader => reader.Name)], columns, columns.Sum(column => column.Sum(value => (double)value)));
    }

    /// <summary>Whether cells of the pattern are made of channels of the set alone, in its order.</summary>
    private static bool IsCounted(ChannelFlow flow, FoundSet set, FollowedLayer reader, SparsityPattern pattern)
    {
        if (reader.Weight is null || pattern.Obstacle(reader.Weight) is not null) return false;
        if (LayerShape.Of(reader.Weight.View).Channels != reader.Inputs!.Length) return false;
        var (of, first) = (pattern.Cell!.Value.Of, First(flow, set, reader));
        return first >= 0 && first % of == 0 && set.Channels.Count % of == 0 && first + set.Channels.Count <= reader.Inputs.Length
            && set.Channels.Index().All(channel => flow.Labels.Find(reader.Inputs[first + channel.Index]) == channel.Item);
    }

    private static int First(ChannelFlow flow, FoundSet set, FollowedLayer reader)
        => Array.FindIndex(reader.Inputs!, label => flow.Labels.Find(label) == set.Channels[0]);

    private static IEnumerable<float[]> Rows(OnnxModel model, FollowedLayer reader, FoundSet set, ChannelFlow flow)
    {
        var (shape, first) = (LayerShape.Of(reader.Weight!.View), First(flow, set, reader));
        var values = LayerContext.Of(model, reader.Weight).Values.ToArray();
        for (var filter = 0; filter < shape.Filters; filter++)
            for (var tap = 0; tap < shape.Taps; tap++)
            {
                var row = new float[set.Channels.Count];
                for (var c = 0; c < row.Length; c++)
                {
                    var value = values[(((filter * shape.Channels) + first + c) * shape.Taps) + tap];
                    row[c] = (float)(value * value);
                }
                yield return row;
            }
    }
}
