using GspMl.Collections;

namespace GspMl.Onnx;

/// <summary>Values for one input of a model.</summary>
public sealed class InputTensor
{
    private InputTensor(string? name, Array values, IReadOnlyList<int> shape) => (Name, Values, Shape) = (name, values, shape);

    /// <summary>The model input's name; null for a model's only input.</summary>
    public string? Name { get; }

    /// <summary>The shape, outermost axis first.</summary>
    public IReadOnlyList<int> Shape { get; }

    internal Array Values { get; }

    /// <summary>Values in row-major order; they are converted to the number type that the model asks for.</summary>
    /// <typeparam name="T">float, double, long, int, byte or bool.</typeparam>
    /// <param name="name">The model input's name; null for a model's only input.</param>
    /// <param name="values">As many values as the shape has elements.</param>
    /// <param name="shape">The shape; its first axis counts rows (samples).</param>
    /// <exception cref="ArgumentException">The shape does not fit the number of values, or the type is none of those above.</exception>
    public static InputTensor Create<T>(string? name, T[] values, params int[] shape) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(shape);
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double) && typeof(T) != typeof(long) && typeof(T) != typeof(int)
            && typeof(T) != typeof(byte) && typeof(T) != typeof(bool))
            throw new ArgumentException($"Values of type {typeof(T).Name} are not read.", nameof(values));
        var count = shape.Aggregate(1L, (product, extent) => product * extent);
        if (count != values.LongLength || shape.Any(extent => extent < 0))
            throw new ArgumentException($"The shape [{string.Join(',', shape)}] has {count} elements, but there are {values.LongLength} "
                + "values.", nameof(shape));
        return new(name, values, shape);
    }
}

/// <summary>Samples to judge a model by.</summary>
public sealed record EvaluationData
{
    /// <summary>Creates the samples.</summary>
    /// <param name="inputs">
    /// One tensor for each input. Those with as many rows as the first are cut into batches; others (a sampling rate,
    /// an initial state) go whole into every run.
    /// </param>
    /// <param name="labels">The class of each row, if known.</param>
    /// <exception cref="ArgumentException">No input, no rows, or another number of labels than rows.</exception>
    public EvaluationData(IReadOnlyList<InputTensor> inputs, IReadOnlyList<long>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Any(input => input is null)) throw new ArgumentException("An input is null.", nameof(inputs));
        if (inputs.Count == 0) throw new ArgumentException("There is no input.", nameof(inputs));
        Rows = inputs[0].Shape.Count == 0 ? 1 : inputs[0].Shape[0];
        if (Rows == 0) throw new ArgumentException("The inputs have no rows.", nameof(inputs));
        if (labels is not null && labels.Count != Rows)
            throw new ArgumentException($"{Rows} rows have {labels.Count} labels.", nameof(labels));
        (Inputs, Labels) = (ContentList.Of(inputs), ContentList.Of(labels));
    }

    /// <summary>The inputs.</summary>
    public IReadOnlyList<InputTensor> Inputs { get; }

    /// <summary>The class of each row, or null.</summary>
    public IReadOnlyList<long>? Labels { get; }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }
}
