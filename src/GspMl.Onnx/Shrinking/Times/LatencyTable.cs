using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Timing;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Shrinking.Times;

/// <summary>
/// What the layers of a model take on this machine, each alone on ONNX Runtime, at the widths that come into question: timed when first
/// asked for, once for all layers of one kind and shape. In milliseconds of a run.
/// </summary>
internal sealed class LatencyTable : ISize
{
    // The least of so many rounds: kernels are compared, not what else the machine does.
    private const int Rounds = 3;

    private readonly ChannelFlow flow;
    private readonly int maxThreads;
    private readonly CancellationToken cancel;
    private readonly double overhead;
    private readonly Dictionary<string, double> times = [];
    private readonly List<(ChainModel Chain, WidthTimes Known)> chains = [];
    private readonly Lazy<double> all;

    /// <param name="model">The model.</param>
    /// <param name="flow">Its channels.</param>
    /// <param name="shapes">The shapes of its tensors in a typical run.</param>
    /// <param name="maxThreads">Threads of ONNX Runtime; 0 leaves it to ONNX Runtime.</param>
    /// <param name="cancel">Looked at before each timing.</param>
    public LatencyTable(OnnxModel model, ChannelFlow flow, ModelRunShapes shapes, int maxThreads, CancellationToken cancel)
    {
        (this.flow, this.maxThreads, this.cancel) = (flow, maxThreads, cancel);
        overhead = EmptyRun.Milliseconds(maxThreads);
        var stored = ChainOperand.StoredNames(flow);
        foreach (var nodes in new NodeChains(model, flow, shapes, stored).Find())
            chains.Add((new(model, flow, shapes, stored, nodes), new()));
        all = new(() => Without(new HashSet<int>()));
    }

    public double All => all.Value;

    /// <summary>Kernels work on blocks of channels.</summary>
    public bool IsEven => false;

    /// <exception cref="OnnxModelException">A layer does not run alone.</exception>
    public double Without(IReadOnlySet<int> removed)
    {
        var counts = new Dictionary<int[], int>(ReferenceEqualityComparer.Instance);
        return chains.Sum(chain => Time(chain.Chain, chain.Known, removed, Left));

        int Left(int[] axis)
        {
            if (!counts.TryGetValue(axis, out var count))
                counts[axis] = count = removed.Count == 0 ? axis.Length : axis.Count(label => !flow.Labels.IsGone(label, removed));
            return count;
        }
    }

    private double Time(ChainModel chain, WidthTimes known, IReadOnlySet<int> removed, Func<int[], int> left)
        => known.At([.. chain.Axes.Select(left)], () =>
        {
            var key = chain.Key(left);
            return times.TryGetValue(key, out var time) ? time : times[key] = Measured(chain, removed, left);
        });

    private double Measured(ChainModel chain, IReadOnlySet<int> removed, Func<int[], int> left)
    {
        cancel.ThrowIfCancellationRequested();
        var (alone, inputs) = chain.Without(removed, left);
        using var _ = alone;
        var random = new Random(1);
        var values = inputs.ToDictionary(input => input.Name, input => input.MakeUp(random));
        try
        {
            using var session = new TimedSession(alone, values, maxThreads);
            return Math.Max(0, session.Least(Rounds) - overhead);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{alone.Path}: a layer does not run alone, to be timed: {e.Message}", e);
        }
        finally
        {
            foreach (var value in values.Values) value.Dispose();
        }
    }
}
