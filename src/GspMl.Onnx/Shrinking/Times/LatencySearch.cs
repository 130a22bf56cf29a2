using GspMl.Onnx.Shrinking.Choosing;

namespace GspMl.Onnx.Shrinking.Times;

/// <summary>
/// Asks for more and more of the layers' time until a whole model is fast enough. Only whole models are judged: layers alone are a guide,
/// and what they say is out of reach is timed as it is with the fewest channels.
/// </summary>
/// <param name="path">The model in messages.</param>
/// <param name="wanted">The part of the time of a run that may be left.</param>
/// <param name="layers">The part of their time that the layers take without some channels.</param>
internal sealed class LatencySearch(string path, double wanted, Func<IReadOnlySet<int>, double> layers)
{
    private const int MostTrials = 8;
    private const int Rounds = 15;

    // A model that seems fast enough is timed again: of several the luckiest timing is none to go by.
    private const int SurerRounds = 2 * Rounds;
    private const int SurestRounds = 4 * Rounds;

    // The first model is to be too slow rather than too narrow.
    private const double First = 0.85;

    // What a trial asks for beside the one before, where whole models do as the table says.
    private const double LeastStep = 0.98;
    private const double MostStep = 0.7;

    private double asked = 1 - (First * (1 - wanted));

    /// <summary>Whether the layers are fast enough without some channels.</summary>
    public bool IsMet(IReadOnlySet<int> removed) => layers(removed) <= asked;

    /// <summary>Chooses until a whole model is fast enough.</summary>
    /// <param name="choose">Chooses so that the layers are, or the fewest channels where they never are.</param>
    /// <param name="time">Times a whole model without some channels for so many rounds.</param>
    /// <exception cref="OnnxModelException">No whole model is; the message says which came nearest.</exception>
    public ChosenChannels Until(Func<ChosenChannels> choose, Func<IReadOnlySet<int>, int, LatencyRatio> time)
    {
        var least = 1.0;
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var chosen = choose();
            var ratio = time(chosen.Removed, Rounds).Median;
            if (ratio <= wanted) ratio = time(chosen.Removed, SurerRounds).Median;
            if (ratio <= wanted) return chosen;
            least = Math.Min(least, ratio);
            if (!IsMet(chosen.Removed)) break;
            asked = layers(chosen.Removed) * Math.Clamp(wanted / ratio, MostStep, LeastStep);
        }
        throw Missed(least);
    }

    /// <summary>
    /// The finished model's time: where it seems to miss the target, that of more rounds. An interval that still holds the target
    /// contradicts nothing.
    /// </summary>
    /// <param name="time">Times the model for so many rounds.</param>
    /// <exception cref="OnnxModelException">The target is missed.</exception>
    public LatencyRatio Finally(Func<int, LatencyRatio> time)
    {
        var ratio = time(SurerRounds);
        if (ratio.Median > wanted) ratio = time(SurestRounds);
        return ratio.Interval.Low <= wanted ? ratio : throw Missed(Math.Min(1, ratio.Median));
    }

    private OnnxModelException Missed(double least)
        => new($"{path}: {1 - wanted:P1} of the time of a run cannot go: with {1 - least:P1} gone the fastest of the smaller models "
            + "comes nearest.");
}
