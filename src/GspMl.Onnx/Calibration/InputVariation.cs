using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Makes further inputs from a batch of calibration inputs: images are moved by up to one pixel each way, their edges repeated; inputs
/// without spatial axes are mixed with another row's. What is wanted of them is what the dense model puts out for them, so no label and no
/// invariance is assumed.
/// </summary>
/// <param name="seed">Of the random moves and mixtures.</param>
internal sealed class InputVariation(int seed)
{
    // N × channels × spatial axes (ONNX).
    private const int RankOfImages = 4;

    // In the mean a row keeps more of itself than it takes of the other.
    private const double MostOfOther = 0.6;

    private readonly Random random = new(seed);

    /// <summary>Whether inputs are floating-point numbers; ids and masks cannot be moved or mixed.</summary>
    public static bool CanVary(IEnumerable<OrtValue> inputs) => inputs.All(FloatTensor.IsReadable);

    /// <summary>Varies a batch in place, row by row; all inputs of a row are varied alike.</summary>
    /// <param name="batch">The batch; tensors that are replaced are freed.</param>
    /// <param name="inputs">Those of its inputs that differ from row to row.</param>
    /// <param name="others">Draws a batch whose rows may be mixed into this one's; it is asked for where there is something to mix.</param>
    public void Vary(Dictionary<string, OrtValue> batch, IReadOnlyList<string> inputs, Func<Random, Dictionary<string, OrtValue>> others)
    {
        var rows = (int)Shape(batch[inputs[0]])[0];
        var partners = inputs.Any(name => Shape(batch[name]).Length < RankOfImages) ? others(random) : [];
        // Sequences of another length have nothing to mix with: their rows then find a partner in their own batch.
        var fits = partners.Count > 0 && inputs.All(name => Shape(batch[name]).AsSpan(1).SequenceEqual(Shape(partners[name]).AsSpan(1)));
        var choice = fits ? (int)Shape(partners[inputs[0]])[0] : rows;
        var changes = Enumerable.Range(0, rows).Select(_
            => new Change(random.Next(-1, 2), random.Next(-1, 2), random.Next(choice), (float)(MostOfOther * random.NextDouble())))
            .ToList();
        foreach (var name in inputs)
        {
            using var value = batch[name];
            batch[name] = Varied(value, fits ? partners[name] : value, changes);
        }
        foreach (var partner in partners.Values) partner.Dispose();
    }

    private static long[] Shape(OrtValue value) => value.GetTensorTypeAndShape().Shape;

    private static OrtValue Varied(OrtValue value, OrtValue partner, IReadOnlyList<Change> changes)
    {
        var from = FloatTensor.Of(value);
        var to = new float[from.Values.Length];
        var length = to.Length / changes.Count;
        var isImage = from.Shape.Length >= RankOfImages;
        var others = isImage || ReferenceEquals(partner, value) ? from : FloatTensor.Of(partner);
        for (var row = 0; row < changes.Count; row++)
        {
            var source = from.Values.AsSpan(row * length, length);
            var target = to.AsSpan(row * length, length);
            if (isImage) Move(source, target, (int)from.Shape[^2], (int)from.Shape[^1], changes[row]);
            else Mix(source, others.Values.AsSpan(changes[row].Other * length, length), target, changes[row].Part);
        }
        return TensorConversion.ToOrtValue(to, 0, to.Length, [.. from.Shape.Select(extent => (int)extent)],
            value.GetTensorTypeAndShape().ElementDataType);
    }

    private static void Move(ReadOnlySpan<float> from, Span<float> to, int height, int width, Change change)
    {
        for (var i = 0; i < to.Length; i++)
        {
            var (plane, y, x) = (i / (height * width), i / width % height, i % width);
            to[i] =
                from[(((plane * height) + Math.Clamp(y + change.Down, 0, height - 1)) * width)
                + Math.Clamp(x + change.Across, 0, width - 1)];
        }
    }

    private static void Mix(ReadOnlySpan<float> from, ReadOnlySpan<float> other, Span<float> to, float part)
    {
        for (var i = 0; i < to.Length; i++) to[i] = from[i] + (part * (other[i] - from[i]));
    }

    /// <summary>What becomes of a row: how far an image is moved; which row others are mixed with, and how much of it.</summary>
    private readonly record struct Change(int Down, int Across, int Other, float Part);
}
