using GspMl.Collections;
using GspMl.Onnx.Sessions;

namespace GspMl.Onnx;

/// <summary>Samples to run a model on.</summary>
public sealed record EvaluationData
{
    /// <summary>Creates the samples.</summary>
    /// <param name="inputs">
    /// One tensor for each input. Those with rows are cut into batches along their batch axes; constants, and others that have no axis
    /// with as many rows, go whole into every run.
    /// </param>
    /// <param name="labels">The class of each row, if known.</param>
    /// <exception cref="ArgumentException">No input, no rows, or another number of labels than any axis of an input has.</exception>
    public EvaluationData(IReadOnlyList<InputTensor> inputs, IReadOnlyList<long>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Any(input => input is null)) throw new ArgumentException("An input is null.", nameof(inputs));
        if (inputs.Count == 0) throw new ArgumentException("There is no input.", nameof(inputs));
        var first = RowsOf(inputs);
        if (first == 0) throw new ArgumentException("The inputs have no rows.", nameof(inputs));
        if (labels is not null && !CanBeRows(inputs, labels.Count))
            throw new ArgumentException($"{first} rows have {labels.Count} labels.", nameof(labels));
        (Inputs, Labels, Rows) = (ContentList.Of(inputs), ContentList.Of(labels), labels?.Count ?? first);
    }

    /// <summary>The inputs.</summary>
    public IReadOnlyList<InputTensor> Inputs { get; }

    /// <summary>The class of each row, or null.</summary>
    public IReadOnlyList<long>? Labels { get; }

    /// <summary>
    /// The number of rows, as far as it is told without a model: that of labels, else of a batch axis that is named, else the first extent
    /// of the first input that is no constant. A model that has its rows on another axis counts them there.
    /// </summary>
    public int Rows { get; }

    /// <summary>
    /// How a model takes these samples, where that is not simply rows along the first axis: a sentence each for a batch axis that is
    /// another, for values that hold for every row, for rows that can only be run one by one. Nothing is run.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <exception cref="OnnxModelException">An input is missing, unknown, or of another shape or type than the model takes; the message
    /// names it, and both shapes.</exception>
    public IReadOnlyList<string> Explain(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return BatchFeeder.Create(model, this).Notes;
    }

    private static int RowsOf(IReadOnlyList<InputTensor> inputs)
    {
        var varying = inputs.Where(input => !input.IsConstant && input.Shape.Count > 0).ToList();
        if (varying.FirstOrDefault(input => input.BatchAxis < input.Shape.Count) is { } named) return named.Shape[named.BatchAxis!.Value];
        return varying.Count == 0 ? 1 : varying[0].Shape[0];
    }

    private static bool CanBeRows(IReadOnlyList<InputTensor> inputs, int count)
    {
        var varying = inputs.Where(input => !input.IsConstant && input.Shape.Count > 0).ToList();
        return varying.Count == 0 ? count == 1
            : varying.Any(input => input.BatchAxis is { } axis && axis < input.Shape.Count ? input.Shape[axis] == count
                : input.Shape.Contains(count));
    }
}
