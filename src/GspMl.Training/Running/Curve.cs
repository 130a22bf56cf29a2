using GspMl.Training.Optimizers;

namespace GspMl.Training.Running;

/// <summary>The epochs of a run, and the best state so far: that with the least loss on rows held back, of those whose zeros are
/// settled.</summary>
internal sealed class Curve(IReadOnlyList<Parameter> parameters, int? patience)
{
    private readonly List<TuningEpoch> epochs = [];

    public IReadOnlyList<TuningEpoch> Epochs => epochs;

    /// <summary>The epoch of the best state.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The values of the best state.</summary>
    public IReadOnlyList<float[]> Best { get; private set; } = [];

    /// <summary>The last loss on rows held back, or of the steps where none are.</summary>
    public double Last => epochs.Count == 0 ? double.NaN : double.IsNaN(epochs[^1].HeldBackLoss) ? epochs[^1].Loss : epochs[^1]
        .HeldBackLoss;

    /// <summary>The last loss on rows held back; null where there is none.</summary>
    public double? LastHeldBack => epochs.Count == 0 || double.IsNaN(epochs[^1].HeldBackLoss) ? null : epochs[^1].HeldBackLoss;

    /// <summary>Whether no better state came for as long as the options have patience.</summary>
    public bool IsExhausted => patience is { } epochsOf && Best.Count > 0 && epochs[^1].Epoch - BestEpoch >= epochsOf;

    /// <summary>What there is to tell where no epoch was better than none.</summary>
    public string Doubt => BestEpoch > 0 || epochs.Count < 2 || LastHeldBack is null ? ""
        : "No epoch was better on the rows held back than the model as it was given. If values were fitted to these rows before, they "
            + "cannot judge: hold them back then too, or hold none back now.";

    /// <summary>Adds an epoch; its state is the best so far if its loss is the least, or where no row is held back.</summary>
    public void Add(TuningEpoch epoch, bool isSettled)
    {
        epochs.Add(epoch);
        if (!isSettled || (Best.Count > 0 && epoch.HeldBackLoss >= BestLoss)) return;
        if (!double.IsNaN(epoch.HeldBackLoss) || double.IsFinite(epoch.Loss) || Best.Count == 0) Keep(epoch.Epoch);
    }

    private double BestLoss => epochs.First(epoch => epoch.Epoch == BestEpoch).HeldBackLoss;

    private void Keep(int epoch) => (BestEpoch, Best) = (epoch, [.. parameters.Select(parameter => parameter.Values.Numbers.ToArray())]);

    /// <summary>The state of an earlier run.</summary>
    public void Restore(IEnumerable<TuningEpoch> earlier, int bestEpoch, IReadOnlyList<float[]> best)
    {
        epochs.AddRange(earlier);
        (BestEpoch, Best) = (bestEpoch, best);
    }
}
