using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Cutting;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Timing;

namespace GspMl.Onnx.Shrinking.Times;

/// <summary>A run that is to be faster.</summary>
/// <param name="Inputs">Where its inputs are taken from; null for made-up ones.</param>
/// <param name="Rows">How many rows it has, where the model does not fix them.</param>
/// <param name="MaxThreads">Threads of ONNX Runtime; 0 leaves it to ONNX Runtime.</param>
internal sealed record TypicalRun(EvaluationData? Inputs, int Rows, int MaxThreads);

/// <summary>
/// How fast a smaller model is to be. Widths are chosen by what its layers take alone; whole models are then timed in turns with the dense
/// one, and more of the layers' time is asked for until the whole is fast enough.
/// </summary>
internal sealed class LatencyGoal : IDisposable
{
    private const int MostTrials = 8;
    private const int Rounds = 15;

    // The first model is to be too slow rather than too narrow.
    private const double First = 0.85;

    // What a trial asks for beside the one before, where whole models do as the table says.
    private const double LeastStep = 0.98;
    private const double MostStep = 0.7;

    private readonly OnnxModel model;
    private readonly ChannelFlow flow;
    private readonly double wanted;
    private readonly int maxThreads;
    private readonly CancellationToken cancel;
    private readonly TypicalInputs inputs;
    private readonly TimedSession dense;
    private double asked;

    /// <param name="model">The dense model.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="run">A typical run.</param>
    /// <param name="gone">The part of the time that is to go.</param>
    /// <param name="cancel">Looked at between timings.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not run the model.</exception>
    public LatencyGoal(OnnxModel model, ChannelFlow flow, TypicalRun run, double gone, CancellationToken cancel)
    {
        (this.model, this.flow, maxThreads, this.cancel) = (model, flow, run.MaxThreads, cancel);
        (wanted, asked) = (1 - gone, 1 - (First * gone));
        inputs = TypicalInputs.Of(model, run.Inputs, run.Rows);
        dense = new(model, inputs.Values, maxThreads);
        Table = new(model, flow, ModelRunShapes.OfRows(model, run.Inputs, run.Rows), maxThreads, cancel);
    }

    /// <summary>What the layers take.</summary>
    public LatencyTable Table { get; }

    /// <summary>Rows of a run.</summary>
    public int Rows => inputs.Rows;

    /// <summary>Whether the layers are fast enough without some channels.</summary>
    public bool IsMet(IReadOnlySet<int> removed) => Table.Without(removed) <= asked * Table.All;

    /// <summary>Chooses until a whole model is fast enough.</summary>
    /// <param name="choose">Chooses so that the layers are.</param>
    /// <exception cref="OnnxModelException">No whole model is; the message says which came nearest.</exception>
    public ChosenChannels Until(Func<ChosenChannels> choose)
    {
        var least = 1.0;
        for (var trial = 0; trial < MostTrials; trial++)
        {
            var chosen = choose();
            using var smaller = ChannelRemoval.Apply(model, flow, chosen.Removed);
            var ratio = RatioOf(smaller, Rounds).Median;
            // A model that seems fast enough is timed again: of several the luckiest timing is none to go by.
            if (ratio <= wanted) ratio = RatioOf(smaller).Median;
            if (ratio <= wanted) return chosen;
            least = Math.Min(least, ratio);
            asked = Table.Without(chosen.Removed) / Table.All * Math.Clamp(wanted / ratio, MostStep, LeastStep);
        }
        throw new OnnxModelException($"{model.Path}: {1 - wanted:P1} of the time of a run cannot go: with {1 - least:P1} gone the "
            + "fastest of the smaller models comes nearest.");
    }

    /// <summary>The time of a smaller model by that of the dense one, in turns.</summary>
    public LatencyRatio RatioOf(OnnxModel smaller) => RatioOf(smaller, 2 * Rounds);

    private LatencyRatio RatioOf(OnnxModel smaller, int rounds)
    {
        using var session = new TimedSession(smaller, inputs.Values, maxThreads);
        return TimedSession.Compare(dense, session, rounds, cancel);
    }

    public void Dispose()
    {
        dense.Dispose();
        inputs.Dispose();
    }
}
