using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>
/// Values for one input of a model. Which of its axes counts rows (samples) is found from the model's declared shapes and the values, or
/// named by <see cref="WithBatchAxis"/>.
/// </summary>
public sealed class InputTensor
{
    private static readonly Type[] ElementTypes =
    [
        typeof(float), typeof(double), typeof(Half), typeof(long), typeof(int), typeof(short), typeof(sbyte), typeof(ulong), typeof(uint),
        typeof(ushort), typeof(byte), typeof(bool),
    ];

    private InputTensor(string? name, Array values, IReadOnlyList<int> shape) => (Name, Values, Shape) = (name, values, shape);

    /// <summary>The model input's name; null for a model's only input.</summary>
    public string? Name { get; }

    /// <summary>The shape, outermost axis first; empty for a single number.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Whether the values hold for every row, and so have no axis of rows.</summary>
    public bool IsConstant { get; private init; }

    /// <summary>
    /// The axis of the model's input that counts rows, from 0; null where it is found from the model and the values. A constant has extent
    /// 1 there, or is a single number, and is repeated for every row of a run.
    /// </summary>
    public int? BatchAxis { get; private init; }

    /// <summary>
    /// How many positions of each row are its own, along the one axis, besides that of rows, whose extent the model leaves open; what
    /// follows is padding. Null where rows have all the same length.
    /// </summary>
    public IReadOnlyList<int>? Lengths { get; private init; }

    internal Array Values { get; }

    /// <summary>Values in row-major order; they are converted to the number type that the model asks for.</summary>
    /// <typeparam name="T">float, double, Half, long, int, short, sbyte, ulong, uint, ushort, byte or bool.</typeparam>
    /// <param name="name">The model input's name; null for a model's only input.</param>
    /// <param name="values">As many values as the shape has elements.</param>
    /// <param name="shape">
    /// The shape: as the model declares it, with the rows along its batch axis; or one axis of rows before all those that the model
    /// declares, where each row is a whole input. Without axes the only value is a single number.
    /// </param>
    /// <exception cref="ArgumentException">The shape does not fit the number of values, or the type is none of those above.</exception>
    public static InputTensor Create<T>(string? name, T[] values, params int[] shape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        if (!ElementTypes.Contains(typeof(T)))
            throw new ArgumentException($"Values of type {typeof(T).Name} are not read.", nameof(values));
        var count = shape.Aggregate(1L, (product, extent) => product * extent);
        if (count != values.LongLength || shape.Any(extent => extent < 0))
            throw new ArgumentException($"The shape [{string.Join(',', shape)}] has {count} elements, but there are {values.LongLength} "
                + "values.", nameof(shape));
        return new(name, values, ContentList.Of(shape));
    }

    /// <summary>
    /// The same values, held for every row: a sampling rate, an initial state. A single number fills the whole input that the model
    /// declares; its batch axis gets as many as a run has rows.
    /// </summary>
    /// <exception cref="InvalidOperationException">The values have lengths of rows.</exception>
    public InputTensor AsConstant() => Lengths is null ? new(Name, Values, Shape) { IsConstant = true, BatchAxis = BatchAxis }
        : throw new InvalidOperationException("Values that have lengths of rows are no constant.");

    /// <summary>The same values, with the axis of the model's input that counts rows.</summary>
    /// <param name="axis">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The axis is negative.</exception>
    public InputTensor WithBatchAxis(int axis)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(axis);
        return new(Name, Values, Shape) { IsConstant = IsConstant, BatchAxis = axis, Lengths = Lengths };
    }

    /// <summary>Other rows of the same input.</summary>
    internal InputTensor WithRows(Array values, IReadOnlyList<int> shape, IReadOnlyList<int>? lengths)
        => new(Name, values, ContentList.Of(shape)) { BatchAxis = BatchAxis, Lengths = lengths is null ? null : ContentList.Of(lengths) };

    /// <summary>
    /// The same values, of which each row has its own number of positions. Where the model has an input for a mask of these positions and
    /// it is given no values, the mask is made; else each row is run at its own length, together with those next to it that have the same.
    /// </summary>
    /// <param name="lengths">One for each row, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is less than 1.</exception>
    /// <exception cref="InvalidOperationException">The values are a constant.</exception>
    public InputTensor WithLengths(IReadOnlyList<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        if (IsConstant) throw new InvalidOperationException("A constant has no lengths of rows.");
        for (var row = 0; row < lengths.Count; row++)
            if (lengths[row] < 1)
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[row], $"The length of row {row} is {lengths[row]}.");
        return new(Name, Values, Shape) { BatchAxis = BatchAxis, Lengths = ContentList.Of(lengths) };
    }
}
