using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;
using GspMl.Training;

namespace GspMl.Cli.Tune;

/// <summary>The options that say how a model is trained.</summary>
internal sealed class TrainingWords
{
    private readonly Option<int> epochs = new("--epochs")
    {
        Description = "How often all rows are gone through.",
        DefaultValueFactory = _ => new TuningOptions { Data = Nothing }.Epochs,
        HelpName = "N",
    };
    private readonly Option<int> batchSize = new("--batch-size")
    {
        Description = "Rows of a step.",
        DefaultValueFactory = _ => new TuningOptions { Data = Nothing }.BatchSize,
        HelpName = "N",
    };
    private readonly Option<string> optimizer = Choice.Of("--optimizer", "How weights follow their gradients.", "adam", "sgd");
    private readonly Option<double?> rate = new("--learning-rate")
    {
        CustomParser = Number.ReadMaybe,
        Description = "The highest learning rate; it rises at first and then falls by a cosine. 0.001 for adam, 0.05 for sgd.",
    };
    private readonly Option<string> loss = Choice.Of("--loss",
        "How outputs are compared with the teacher's: by the divergence of classes' probabilities, by the squared error, or each as its "
        + "task asks for.",
        "by-task", "squared-error", "divergence");
    private readonly Option<double?> heldBack = new("--held-back")
    {
        CustomParser = Number.ReadMaybe,
        Description = "The part of the rows that is held back; the state that does best on them is written.",
    };
    private readonly Option<int?> patience = new("--patience")
    {
        Description = "Epochs without a better state after which it ends.",
        HelpName = "N",
    };
    private readonly Option<bool> asTheyAre = new("--no-variation")
    {
        Description = "Rows as they are; else images are turned, stretched and moved a little, and other numbers mixed with another row's, "
            + "anew for each step.",
    };
    private readonly Option<string> normalization = Choice.Of("--normalization",
        "What BatchNormalization normalises by while it trains: the stored statistics, or in training mode those of each batch, which "
        + "the stored ones then follow.",
        "inference", "training");
    private readonly Option<string> provider = Choice.Of("--provider", "What trains it.", "cpu", "cuda", "auto");
    private readonly Option<int?> device = new("--device")
    {
        Description = "Which GPU, from 0, as the driver numbers them.",
        HelpName = "N",
    };
    private readonly Option<string?> checkpoint = new("--checkpoint")
    {
        Description = "Write the state here after every epoch, and go on from it where it is there.",
        HelpName = "FILE",
    };
    private readonly ThreadsOption threads = new();

    private static EvaluationData Nothing { get; } = new([InputTensor.Create(null, new float[1], 1)]);

    public IReadOnlyList<Option> Options
        => [epochs, batchSize, optimizer, rate, loss, heldBack, patience, asTheyAre, normalization, provider, device, checkpoint, threads];

    /// <summary>All but the data, the teacher and the zeros.</summary>
    /// <exception cref="CommandException">A number is out of its range.</exception>
    public TuningOptions Read(ParseResult parsed)
    {
        CheckRanges(parsed);
        var runs = Choice.Read<ExecutionProvider>(parsed, provider);
        var defaults = new TuningOptions { Data = Nothing };
        var options = defaults with
        {
            Epochs = parsed.GetValue(epochs),
            BatchSize = parsed.GetValue(batchSize),
            Optimizer = Optimizer(parsed),
            Loss = parsed.GetRequiredValue(loss) switch
            {
                "divergence" => TuningLoss.Divergence(),
                "squared-error" => TuningLoss.SquaredError,
                _ => TuningLoss.ByTask,
            },
            HeldBack = parsed.GetValue(heldBack) ?? defaults.HeldBack,
            Patience = parsed.GetValue(patience),
            Variation = parsed.GetValue(asTheyAre) ? null : defaults.Variation,
            Normalization = Choice.Read<TuningNormalization>(parsed, normalization),
            Provider = runs,
            Device = GpuNumber.Read(parsed, device, runs),
            Checkpoint = parsed.GetValue(checkpoint),
            MaxThreads = threads.Read(parsed),
        };
        try { options.Validate(); }
        catch (ArgumentException e) { throw CommandException.Usage(CommandException.Text(e)); }
        return options;
    }

    private void CheckRanges(ParseResult parsed)
    {
        if (parsed.GetValue(epochs) is var count and < 1) throw CommandException.Usage($"--epochs {count}: at least 1 epoch.");
        if (parsed.GetValue(batchSize) is var size and < 1) throw CommandException.Usage($"--batch-size {size}: at least 1 row.");
        if (parsed.GetValue(patience) is { } few and < 1) throw CommandException.Usage($"--patience {few}: at least 1 epoch.");
        if (parsed.GetValue(heldBack) is { } part && !(part is >= 0 and <= 0.9))
            throw CommandException.Usage($"--held-back {part}: not between 0 and 0.9.");
    }

    private TuningOptimizer Optimizer(ParseResult parsed)
    {
        var given = parsed.GetValue(rate);
        if (given is { } number && !(number > 0 && double.IsFinite(number)))
            throw CommandException.Usage($"--learning-rate {given}: not a positive number.");
        return parsed.GetRequiredValue(optimizer) == "sgd" ? given is { } slow ? TuningOptimizer.Sgd(slow) : TuningOptimizer.Sgd()
            : given is { } fast ? TuningOptimizer.Adam(fast) : TuningOptimizer.Adam();
    }
}
