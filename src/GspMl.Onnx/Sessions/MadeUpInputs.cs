using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Sessions;

/// <summary>Inputs that are made up where none are given: random numbers, ones where the model takes whole numbers.</summary>
/// <param name="session">The model.</param>
/// <param name="rows">The first extent of each input, where the model leaves it open.</param>
/// <param name="open">Other extents that it leaves open.</param>
internal sealed class MadeUpInputs(ModelSession session, int rows, int open)
{
    // Extents that the model leaves open, apart from the number of rows: the first of these with which it runs.
    private static readonly int[] OpenExtents = [32, 224, 64, 128, 320, 640, 16, 8, 4, 1];

    // Some 128 MB of floats, more than any one picture or text has: a file may declare any extent, and shapes alone are wanted.
    private const long MostMadeUp = 1 << 25;

    private Dictionary<string, int[]> Shapes => session.Model.Inputs.ToDictionary(name => name, Shape);

    /// <summary>The first extent of the first input: rows, where the model does not fix it.</summary>
    public int Fed => Shapes.Values.FirstOrDefault([]) is [var first, ..] ? Math.Max(1, first) : 1;

    /// <summary>Inputs to be tried in turn, since a model may not say which extents it takes.</summary>
    public static IEnumerable<MadeUpInputs> Tries(ModelSession session, IReadOnlyList<int> rowCounts)
    {
        var isOpen = session.Session.InputMetadata.Values
            .Any(input => input.IsTensor && input.Dimensions.Skip(1).Any(extent => extent < 0));
        return rowCounts.SelectMany(_ => isOpen ? OpenExtents : OpenExtents[..1], (rows, open) => new MadeUpInputs(session, rows, open));
    }

    /// <summary>The values; the caller owns them.</summary>
    /// <exception cref="OnnxModelException">No value of an input's type is made up, or none of its shape.</exception>
    public Dictionary<string, OrtValue> Make()
    {
        var random = new Random(0);
        var values = new Dictionary<string, OrtValue>();
        foreach (var (name, shape) in Shapes)
        {
            var type = session.Session.InputMetadata[name].ElementDataType;
            var isFloat = type is OrtElement.Float or OrtElement.Double or OrtElement.Float16;
            var numbers = new float[shape.Aggregate(1, (product, extent) => product * extent)];
            for (var i = 0; i < numbers.Length; i++) numbers[i] = isFloat ? random.NextSingle() : 1;
            values[name] = TensorConversion.ToOrtValue(numbers, 0, numbers.Length, shape, type);
        }
        return values;
    }

    /// <exception cref="OnnxModelException">No value of the input's type is made up, or none of its shape.</exception>
    private int[] Shape(string name)
    {
        var input = session.Session.InputMetadata[name];
        if (!input.IsTensor || !TensorConversion.IsFed(input.ElementDataType))
            throw new OnnxModelException($"input '{name}' is no tensor of numbers, or of a type that is not fed");
        int[] shape = [.. input.Dimensions.Select((extent, axis) => extent >= 0 ? extent : axis == 0 ? rows : open)];
        return shape.Aggregate(1.0, (product, extent) => product * extent) <= MostMadeUp
            ? shape
            : throw new OnnxModelException($"input '{name}' of shape [{string.Join(',', shape)}] is too large to be made up");
    }
}
