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
/// one (<see cref="LatencySearch"/>).
/// </summary>
internal sealed class LatencyGoal : IDisposable
{
    private readonly OnnxModel model;
    private readonly ChannelFlow flow;
    private readonly int maxThreads;
    private readonly CancellationToken cancel;
    private readonly TypicalInputs inputs;
    private readonly TimedSession dense;
    private readonly LatencySearch search;

    /// <param name="model">The dense model.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="run">A typical run.</param>
    /// <param name="gone">The part of the time that is to go.</param>
    /// <param name="cancel">Looked at between timings.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not run the model.</exception>
    public LatencyGoal(OnnxModel model, ChannelFlow flow, TypicalRun run, double gone, CancellationToken cancel)
    {
        (this.model, this.flow, maxThreads, this.cancel) = (model, flow, run.MaxThreads, cancel);
        inputs = TypicalInputs.Of(model, run.Inputs, run.Rows);
        dense = new(model, inputs.Values, maxThreads);
        Table = new(model, flow, ModelRunShapes.OfRows(model, run.Inputs, run.Rows), maxThreads, cancel);
        search = new(model.Path, 1 - gone, removed => Table.Without(removed) / Table.All);
    }

    /// <summary>What the layers take.</summary>
    public LatencyTable Table { get; }

    /// <summary>Rows of a run.</summary>
    public int Rows => inputs.Rows;

    /// <summary>Whether the layers are fast enough without some channels.</summary>
    public bool IsMet(IReadOnlySet<int> removed) => search.IsMet(removed);

    /// <summary>Chooses until a whole model is fast enough.</summary>
    /// <param name="choose">Chooses so that the layers are, or the fewest channels where they never are.</param>
    /// <exception cref="OnnxModelException">No whole model is; the message says which came nearest.</exception>
    public ChosenChannels Until(Func<ChosenChannels> choose) => search.Until(choose, (removed, rounds) =>
    {
        using var smaller = ChannelRemoval.Apply(model, flow, removed);
        return RatioOf(smaller, rounds);
    });

    /// <summary>The time of the finished model by that of the dense one, in turns.</summary>
    /// <exception cref="OnnxModelException">The target is missed.</exception>
    public LatencyRatio RatioOf(OnnxModel smaller) => search.Finally(rounds => RatioOf(smaller, rounds));

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
