using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Tests.Operators.Rules;

/// <summary>An operand of a node whose gradient is checked.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Values">Its values; null where it is left out.</param>
/// <param name="Type">Its number type; null for the one that the check computes in.</param>
/// <param name="IsDifferentiated">Whether its gradient is checked.</param>
internal sealed record Operand(long[] Shape, double[]? Values, Element? Type = null, bool IsDifferentiated = true)
{
    /// <summary>An operand that is left out.</summary>
    public static Operand None { get; } = new([], null, null, false);

    /// <summary>Numbers between −1 and 1, none of them near another or near zero, so that small steps meet no kink.</summary>
    public static Operand Real(params long[] shape) => new(shape, Spaced(shape, -1));

    /// <summary>The same between 0 and 2.</summary>
    public static Operand Positive(params long[] shape) => new(shape, [.. Spaced(shape, -1).Select(value => value + 1.2)]);

    /// <summary>The same, wider.</summary>
    public static Operand Wide(double times, params long[] shape) => new(shape, [.. Spaced(shape, -1).Select(value => times * value)]);

    /// <summary>Numbers that have no gradient asked for.</summary>
    public static Operand Fixed(long[] shape, params double[] values) => new(shape, values, null, false);

    /// <summary>Single-precision numbers, whatever the check computes in.</summary>
    public static Operand Floats(params double[] values) => new([values.Length], values, Element.Float, false);

    public static Operand Integers(params double[] values) => new([values.Length], values, Element.Int64, false);

    public static Operand IntegersOf(long[] shape, params double[] values) => new(shape, values, Element.Int64, false);

    public TensorProto ToTensor(string name, Element type) => Tensors.Of(name, Type ?? type, Values, Shape);

    private static double[] Spaced(long[] shape, double least)
    {
        var count = (int)shape.Aggregate(1L, (product, extent) => product * extent);
        var places = Enumerable.Range(0, count).ToArray();
        new Random(count).Shuffle(places);
        return [.. places.Select(place => least + (2 * (place + 0.37) / count))];
    }
}
