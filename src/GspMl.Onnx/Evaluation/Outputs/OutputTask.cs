namespace GspMl.Onnx;

/// <summary>What an output is for, and so how two models' outputs are compared.</summary>
public enum OutputTask
{
    /// <summary>A score for each class: <see cref="ClassAgreement"/>.</summary>
    Classes,

    /// <summary>A vector whose direction counts, compared with other rows' vectors: <see cref="EmbeddingSimilarity"/>.</summary>
    Embedding,

    /// <summary>Numbers that count as they are: <see cref="ValueError"/>.</summary>
    Regression,

    /// <summary>
    /// A text or another sequence: scores of symbols at each step, read as CTC has it, or whole numbers, read as they are:
    /// <see cref="SequenceAgreement"/>.
    /// </summary>
    Sequence,

    /// <summary>Boxes around things: <see cref="BoxAgreement"/>, or <see cref="ValueError"/> where their layout is not known.</summary>
    Boxes,

    /// <summary>Something at every pixel or position: <see cref="MapAgreement"/>.</summary>
    Map,
}

/// <summary>What the caller says of an output.</summary>
/// <param name="Output">Its name; null for all outputs that the task fits.</param>
/// <param name="Task">What it is for.</param>
public sealed record NamedTask(string? Output, OutputTask Task);

/// <summary>What an output is taken for.</summary>
/// <param name="Task">Its task.</param>
/// <param name="Reason">Why, in words that continue "judged as … since": what was seen, or who said so.</param>
public sealed record TaskChoice(OutputTask Task, string Reason)
{
    /// <summary>Whether the caller said so; else it was found.</summary>
    public bool IsGiven { get; init; }

    /// <summary>The axis of a row's shape along which classes or symbols compete; null where there is none.</summary>
    public int? ClassAxis { get; init; }

    /// <summary>Over it a value means yes; null where values are no yes or no.</summary>
    public double? Threshold { get; init; }

    /// <summary>The symbol of a sequence that stands for nothing.</summary>
    public int Blank { get; init; }
}
