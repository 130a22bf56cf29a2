using System.Text.Json.Serialization;
using GspMl.Onnx;

namespace GspMl.Cli.Sweep;

/// <summary>One model of a sweep.</summary>
/// <param name="Curve">The curve that it belongs to: the preset, or structured.</param>
/// <param name="Asked">The fraction asked for: of zeros, or of multiply-accumulates to go.</param>
/// <param name="Quality">By the sweep's measure, with its 95 % interval.</param>
/// <param name="Bytes">The file's size.</param>
/// <param name="GzipBytes">The same, compressed; null where that was not measured.</param>
internal sealed record SweptModel(string Curve, double Asked, Estimate Quality, long Bytes, long? GzipBytes)
{
    /// <summary>The fraction of zeros counted; null where channels went.</summary>
    public double? Zeros { get; init; }

    /// <summary>The fraction of multiply-accumulates that are gone; null where weights were pruned.</summary>
    public double? MacsGone { get; init; }

    /// <summary>The fraction of parameters that are gone; null where weights were pruned.</summary>
    public double? ParametersGone { get; init; }

    /// <summary>The zeros of each layer; none where channels went.</summary>
    public IReadOnlyList<SweptLayer> Layers { get; init; } = [];

    /// <summary>The sets of channels that can go; none where weights were pruned.</summary>
    public IReadOnlyList<SweptSet> Sets { get; init; } = [];

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

    /// <summary>Whether it is the sparsest or smallest that keeps the limits.</summary>
    public bool IsChosen { get; init; }

    /// <summary>Where it was written; null where it was not.</summary>
    public string? File { get; init; }

    /// <summary>How far it went.</summary>
    [JsonIgnore]
    public double Amount => Zeros ?? MacsGone ?? 0;

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
        return new(level.Curve.Name, level.Asked, level.Quality, model.Bytes, model.GzipBytes)
        {
            Zeros = level.Pruning?.Zeros,
            MacsGone = level.Shrinking?.MacsGone,
            ParametersGone = level.Shrinking?.ParametersGone,
            Layers = [.. level.Pruning?.Layers.Select(layer => new SweptLayer(layer.Weight.Name, layer.After.Zeros)) ?? []],
            Sets = [.. level.Shrinking?.Sets.Where(set => set.IsFree)
                .Select(set => new SweptSet(set.Layers, set.Before, set.After)) ?? []],
            AccuracyChange = both.Accuracy is { } paired ? new(paired.Change, paired.Interval) : null,
            MillisecondsPerRow = model.SingleRow?.MedianMilliseconds,
            MillisecondsPerBatch = model.Batched?.MedianMilliseconds,
            SingleRow = both.SingleRow,
            Batched = both.Batched,
            Outcome = level.Outcome,
            IsKnee = level.IsKnee,
            IsChosen = ReferenceEquals(sweep.Chosen, level),
        };
    }
}

/// <summary>A layer of a pruned model.</summary>
/// <param name="Name">Its weight.</param>
/// <param name="Zeros">Its zeros, as a fraction.</param>
internal sealed record SweptLayer(string Name, double Zeros);

/// <summary>A set of channels of a model that channels were taken out of.</summary>
/// <param name="Layers">The weights that put them out.</param>
/// <param name="Before">How many there were.</param>
/// <param name="After">How many are left.</param>
internal sealed record SweptSet(IReadOnlyList<string> Layers, int Before, int After);
