using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Sessions;

/// <summary>Inputs that are made up where none are given: random numbers, ones where the model takes whole numbers.</summary>
/// <param name="declared">The model's inputs.</param>
/// <param name="rowAxes">On which axis rows of each input lie.</param>
/// <param name="rows">The extent of that axis, where the model leaves it open.</param>
/// <param name="open">Other extents that it leaves open.</param>
internal sealed class MadeUpInputs(
    IReadOnlyDictionary<string, DeclaredInput> declared, IReadOnlyDictionary<string, int> rowAxes, int rows, int open)
{
    // Extents that the model leaves open, apart from the number of rows: the first of these with which it runs.
    private static readonly int[] OpenExtents = [32, 224, 64, 128, 320, 640, 16, 8, 4, 1];

    private Dictionary<string, int[]> Shapes
    {
        get
        {
            var size = new MadeUpSize();
            return declared.ToDictionary(input => input.Key, input => Shape(input.Value, size));
        }
    }

    /// <summary>Rows of the first input, where the model does not fix them.</summary>
    public int Fed => Shapes.FirstOrDefault() is { Value: { Length: > 0 } shape, Key: var name } ? Math.Max(1, shape[rowAxes[name]]) : 1;

    /// <summary>Inputs to be tried in turn, since a model may not say which extents it takes.</summary>
    public static IEnumerable<MadeUpInputs> Tries(OnnxModel model, IReadOnlyList<int> rowCounts)
    {
        var declared = DeclaredInput.Of(model);
        var first = model.Proto.Graph.Output.Select(output => DeclaredInput.Of(output).Axes is [var axis, ..] ? axis.Symbol : null)
            .OfType<string>().ToHashSet();
        var rowAxes = declared.ToDictionary(input => input.Key, input => input.Value.RowAxis(first));
        var isOpen = declared.Values.Any(input => input.Axes?.Where((_, k) => k != rowAxes[input.Name]).Any(axis => axis.IsOpen) ?? false);
        return rowCounts.SelectMany(_ => isOpen ? OpenExtents : OpenExtents[..1],
            (rows, open) => new MadeUpInputs(declared, rowAxes, rows, open));
    }

    /// <summary>The values; the caller owns them.</summary>
    /// <exception cref="OnnxModelException">No value of an input's type is made up, or none of its shape.</exception>
    public Dictionary<string, OrtValue> Make()
    {
        var random = new Random(0);
        var values = new Dictionary<string, OrtValue>();
        foreach (var (name, shape) in Shapes)
        {
            var type = declared[name].Type;
            var isFloat = type is OrtElement.Float or OrtElement.Double or OrtElement.Float16;
            var numbers = new float[shape.Aggregate(1, (product, extent) => product * extent)];
            for (var i = 0; i < numbers.Length; i++) numbers[i] = isFloat ? random.NextSingle() : 1;
            values[name] = TensorConversion.ToOrtValue(numbers, 0, numbers.Length, shape, type);
        }
        return values;
    }

    /// <exception cref="OnnxModelException">No value of the input's type is made up, or none of its shape.</exception>
    private int[] Shape(DeclaredInput input, MadeUpSize size)
    {
        if (!TensorConversion.IsFed(input.Type))
            throw new OnnxModelException($"input '{input.Name}' is no tensor of numbers, or of a type that is not fed");
        long[] shape = [.. (input.Axes ?? []).Select((axis, k) => axis.Extent ?? (k == rowAxes[input.Name] ? rows : open))];
        return size.Fits(shape)
            ? [.. shape.Select(extent => (int)extent)]
            : throw new OnnxModelException($"input '{input.Name}' of shape [{string.Join(',', shape)}] is too large to be made up");
    }
}
