using System.Diagnostics;
using GspMl.Onnx.Sessions;
using GspMl.Onnx.Sessions.Devices;
using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Timing;

/// <summary>A model that is run, and timed in turn with another, on the same inputs.</summary>
internal sealed class TimedSession(OnnxModel model, IReadOnlyDictionary<string, OrtValue> inputs, int maxThreads) : IDisposable
{
    private static readonly TimeSpan LeastTimed = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan MostTimed = TimeSpan.FromMilliseconds(100);

    private readonly ModelSession session = ModelSession.Open(model, Device.Cpu, maxThreads);
    private readonly RunOptions options = new();

    /// <summary>The time of the second by that of the first, in turns whose order changes from round to round.</summary>
    public static LatencyRatio Compare(TimedSession baseline, TimedSession candidate, int rounds, CancellationToken cancel)
    {
        var (first, second) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            if (round % 2 == 0) first.Add(baseline.Time());
            second.Add(candidate.Time());
            if (round % 2 != 0) first.Add(baseline.Time());
        }
        return LatencyRatio.Of(new Latency(1, first), new Latency(1, second))!;
    }

    /// <summary>Milliseconds of a run: the least of some rounds, which what else the machine does slows down least.</summary>
    /// <param name="rounds">The most rounds; slow models have fewer.</param>
    public double Least(int rounds)
    {
        var (least, start) = (double.PositiveInfinity, Stopwatch.GetTimestamp());
        for (var round = 0; round < rounds && (round == 0 || Stopwatch.GetElapsedTime(start) < MostTimed); round++)
            least = Math.Min(least, Time());
        return least;
    }

    /// <summary>All outputs as floats; null where one is no tensor of numbers.</summary>
    /// <exception cref="OnnxModelException">It does not run.</exception>
    public IReadOnlyList<float[]?> Outputs()
    {
        try
        {
            using var outputs = session.Run(options, inputs);
            return [.. outputs.Select(TensorConversion.ToFloats)];
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{model.Path}: {e.Message}", e);
        }
    }

    /// <summary>Milliseconds of a run: the mean of as many as fill a few, after one that wakes threads and fetches weights.</summary>
    private double Time()
    {
        session.Run(options, inputs).Dispose();
        var runs = 0;
        var start = Stopwatch.GetTimestamp();
        do
        {
            session.Run(options, inputs).Dispose();
            runs++;
        }
        while (Stopwatch.GetElapsedTime(start) < LeastTimed);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / runs;
    }

    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }
}
