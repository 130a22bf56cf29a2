using System.Text.Json.Serialization;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>One model of a sweep.</summary>
/// <param name="Asked">The fraction of zeros asked for.</param>
/// <param name="Zeros">The fraction counted.</param>
/// <param name="Quality">By the sweep's measure, with its 95 % interval.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="GzipBytes">The same, compressed; null where that was not measured.</param>
/// <param name="Layers">The zeros of each layer.</param>
internal sealed record SweptModel(double Asked, double Zeros, Estimate Quality, long Bytes, long? GzipBytes,
    IReadOnlyList<SweptLayer> Layers)
{
    /// <summary>The change of the accuracy, paired by rows; null without labels.</summary>
    public Estimate? AccuracyChange { get; init; }

    public double? MillisecondsPerRow { get; init; }

    public double? MillisecondsPerBatch { get; init; }

    /// <summary>The time of single rows by the dense model's, round by round.</summary>
    public LatencyRatio? SingleRow { get; init; }

    /// <summary>The same of batches.</summary>
    public LatencyRatio? Batched { get; init; }

    /// <summary>Whether it keeps the limits.</summary>
    public SweepOutcome Outcome { get; init; }

    /// <summary>Whether the curve bends here.</summary>
    public bool IsKnee { get; init; }

    /// <summary>Whether it is the sparsest that keeps the limits.</summary>
    public bool IsChosen { get; init; }

    /// <summary>Where it was written; null where it was not.</summary>
    public string? File { get; init; }

    /// <summary>What there is to say beside the figures.</summary>
    [JsonIgnore]
    public string Note => string.Join(", ", Notes);

    private IEnumerable<string> Notes
    {
        get
        {
            if (IsKnee) yield return "knee";
            if (IsChosen) yield return "chosen";
            if (Outcome == SweepOutcome.Failed) yield return "beyond a limit";
        }
    }

    public static SweptModel Of(SweepLevel level, SweepResult sweep)
    {
        var (both, model) = (level.Comparison, level.Comparison.Candidate);
        return new(level.Asked, level.Zeros, level.Quality, model.Bytes, model.GzipBytes,
            [.. level.Report.Layers.Select(layer => new SweptLayer(layer.Weight.Name, layer.After.Zeros))])
        {
            AccuracyChange = both.Accuracy is { } paired ? new(paired.Change, paired.Interval) : null,
            MillisecondsPerRow = model.SingleRow?.MedianMilliseconds,
            MillisecondsPerBatch = model.Batched?.MedianMilliseconds,
            SingleRow = both.SingleRow,
            Batched = both.Batched,
            Outcome = level.Outcome,
            IsKnee = sweep.Knee is { } knee && ReferenceEquals(sweep.Levels[knee], level),
            IsChosen = ReferenceEquals(sweep.Chosen, level),
        };
    }
}

/// <summary>A layer of a swept model.</summary>
/// <param name="Name">Its weight.</param>
/// <param name="Zeros">Its zeros, as a fraction.</param>
internal sealed record SweptLayer(string Name, double Zeros);
