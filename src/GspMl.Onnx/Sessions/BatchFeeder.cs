using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Sessions;

/// <summary>Cuts the rows into batches of the size that the model takes, in the number types that it asks for.</summary>
internal sealed class BatchFeeder
{
    private readonly IReadOnlyList<Feed> feeds;

    private BatchFeeder(IReadOnlyList<Feed> feeds, int rows, int? fixedBatch) => (this.feeds, Rows, FixedBatch) = (feeds, rows, fixedBatch);

    /// <summary>An input of the model with its values, in the model's shape.</summary>
    private sealed record Feed(string Name, Array Values, int[] Shape, OrtElement Type, bool HasRows);

    public int Rows { get; }

    /// <summary>The number of rows that the model takes at once; null where it takes any.</summary>
    public int? FixedBatch { get; }

    /// <summary>The inputs that differ from row to row.</summary>
    public IReadOnlyList<string> RowInputs => [.. feeds.Where(feed => feed.HasRows).Select(feed => feed.Name)];

    /// <exception cref="OnnxModelException">An input is missing, unknown, or of another shape than the model takes; the message names
    /// it.</exception>
    public static BatchFeeder Create(ModelSession session, EvaluationData data)
    {
        var metadata = session.Session.InputMetadata;
        var feeds = data.Inputs.Select(input => Match(session, input, metadata, data.Rows)).ToList();
        if (feeds.GroupBy(feed => feed.Name).FirstOrDefault(named => named.Count() > 1) is { Key: var twice })
            throw Error(session, $"input '{twice}' has values twice");
        var missing = session.Model.Inputs.Except(feeds.Select(feed => feed.Name)).ToList();
        if (missing.Count > 0) throw Error(session, $"input '{missing[0]}' has no values; the model takes {Describe(metadata)}");
        var batches = feeds.Where(feed => feed.HasRows).Select(feed => metadata[feed.Name].Dimensions[0]).Where(extent => extent > 0)
            .Distinct().ToList();
        if (batches.Count > 1) throw Error(session, $"its inputs fix different numbers of rows: {string.Join(", ", batches)}");
        return new(feeds, data.Rows, batches.Count == 0 ? null : batches[0]);
    }

    /// <summary>Rows [first, first + count); a fixed batch is filled up with the last row.</summary>
    public Dictionary<string, OrtValue> Batch(int first, int count)
        => feeds.ToDictionary(feed => feed.Name, feed
            => feed.HasRows ? Rowwise(feed, first, count)
            : TensorConversion.ToOrtValue(feed.Values, 0, feed.Values.Length, feed.Shape, feed.Type));

    private OrtValue Rowwise(Feed feed, int first, int count)
    {
        var length = feed.Values.Length / Rows;
        var batch = FixedBatch ?? count;
        int[] shape = [batch, .. feed.Shape.Skip(1)];
        if (batch == count) return TensorConversion.ToOrtValue(feed.Values, first * length, count * length, shape, feed.Type);
        var filled = Array.CreateInstance(feed.Values.GetType().GetElementType()!, batch * length);
        Array.Copy(feed.Values, first * length, filled, 0, count * length);
        for (var row = count; row < batch; row++) Array.Copy(feed.Values, (first + count - 1) * length, filled, row * length, length);
        return TensorConversion.ToOrtValue(filled, 0, filled.Length, shape, feed.Type);
    }

    private static Feed Match(ModelSession session, InputTensor input, IReadOnlyDictionary<string, NodeMetadata> metadata, int rows)
    {
        var name = input.Name
            ?? (metadata.Count == 1 ? metadata.Keys.First() : session.Model.Inputs is [var only] ? only
            : throw Error(session, $"has several inputs; name the one to feed: {Describe(metadata)}"));
        if (!metadata.TryGetValue(name, out var expected))
            throw Error(session, $"has no input '{name}'; the model takes {Describe(metadata)}");
        if (!expected.IsTensor) throw Error(session, $"input '{name}' is no tensor");
        var hasRows = input.Shape.Count > 0 && input.Shape[0] == rows && expected.Dimensions.Length > 0;
        return new(name, input.Values, Shape(session, input, name, expected.Dimensions, hasRows), expected.ElementDataType, hasRows);
    }

    /// <summary>
    /// The model's shape for this input's values; rows of the right length are folded into it (N × 784 into N × 1 × 28 × 28).
    /// </summary>
    private static int[] Shape(ModelSession session, InputTensor input, string name, int[] expected, bool hasRows)
    {
        var skip = hasRows ? 1 : 0;
        var (given, wanted) = (input.Shape.Skip(skip).ToArray(), expected.Skip(skip).ToArray());
        if (given.Length == wanted.Length && given.Zip(wanted).All(pair => pair.Second < 0 || pair.First == pair.Second))
            return [.. input.Shape];
        var canFold = wanted.All(extent => extent >= 0) && Product(wanted) == Product(given);
        if (canFold) return hasRows ? [input.Shape[0], .. wanted] : wanted;
        throw Error(session, $"input '{name}' takes [{string.Join(',', expected.Select(Extent))}], but the values have shape "
            + $"[{string.Join(',', input.Shape)}]");
    }

    private static long Product(int[] shape) => shape.Aggregate(1L, (product, extent) => product * extent);

    private static string Extent(int extent) => extent < 0 ? "?" : $"{extent}";

    private static string Describe(IReadOnlyDictionary<string, NodeMetadata> metadata)
        => string.Join(", ",
            metadata.Select(m => m.Value.IsTensor ? $"'{m.Key}' [{string.Join(',', m.Value.Dimensions.Select(Extent))}]" : $"'{m.Key}'"));

    private static OnnxModelException Error(ModelSession session, string message) => new($"{session.Model.Path}: {message}.");
}
