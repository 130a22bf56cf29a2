using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Inputs;

/// <summary>The options that give a model rows to run on: the files, what holds for every row, and where rows lie.</summary>
/// <param name="name">The option of the files.</param>
/// <param name="what">What the rows are, as the beginning of its help.</param>
/// <param name="isRequired">Whether a command cannot do without.</param>
internal sealed class InputOptions(string name, string what, bool isRequired = false)
{
    private readonly Option<string[]> files = new(name)
    {
        Description = $"{what} For a model with several inputs NAME=FILE, repeated, or an .npz whose arrays have the inputs' names. Rows "
            + "lie along the batch axis, or each row is a whole input. Rows of different lengths: padded to one, their lengths as "
            + "NAME.lengths; a mask input that is given no values is made of them, else each row is run at its own length.",
        HelpName = "X.npy",
        Required = isRequired,
    };

    /// <summary>What holds for every row.</summary>
    public Option<string[]> Constants { get; init; } = new("--constant")
    {
        Description = $"An input of {name} that is the same for every row: a file, or a number that fills it (sr=16000; state=0 for a "
            + "state of zeros). Repeatable.",
        HelpName = "NAME=FILE|NUMBER",
    };

    /// <summary>Where rows lie.</summary>
    public Option<string[]> Axes { get; init; } = new("--batch-axis")
    {
        Description = "The axis of an input that counts rows, from 0; found from the model and the files where it is not named. "
            + "Repeatable.",
        HelpName = "NAME=AXIS",
    };

    public static implicit operator Option(InputOptions inputs) => inputs.files;

    /// <summary>The files that are named.</summary>
    public IReadOnlyList<string> Files(ParseResult parsed) => parsed.GetValue(files) ?? [];

    /// <summary>Whether rows are given.</summary>
    /// <exception cref="CommandException">They are not, but something is said of them.</exception>
    public bool AreGiven(ParseResult parsed)
    {
        if (parsed.GetValue(files) is { Length: > 0 }) return true;
        foreach (var other in new[] { Constants, Axes })
            if (parsed.GetValue(other) is { Length: > 0 })
                throw CommandException.Usage($"{other.Name} says something of {name}, which is not given.");
        return false;
    }

    /// <summary>The rows as the model takes them; what there is to tell of that goes to <paramref name="messages"/>.</summary>
    /// <exception cref="CommandException">A file cannot be read, or is none of the model's input.</exception>
    /// <exception cref="OnnxModelException">The model does not take them.</exception>
    public EvaluationData Read(ParseResult parsed, OnnxModel model, string? labels, TextWriter messages)
        => EvalData.Read(model, new(parsed.GetValue(files) ?? [], parsed.GetValue(Constants) ?? [], parsed.GetValue(Axes) ?? [], labels),
            messages);
}
