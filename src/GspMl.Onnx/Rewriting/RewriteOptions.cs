using GspMl.Onnx.Collections;

namespace GspMl.Onnx;

/// <summary>How a model with column sets is written so that ONNX Runtime's own kernels gain from them.</summary>
public sealed record RewriteOptions
{
    /// <summary>Rows of a typical run: layouts are chosen by what is fastest for so many.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Typical inputs of the model, on which layouts are timed and results compared; null for made-up ones.</summary>
    public EvaluationData? Inputs { get; init; }

    /// <summary>Threads of ONNX Runtime, as in later use; 0 leaves it to ONNX Runtime.</summary>
    public int MaxThreads { get; init; }

    /// <summary>
    /// The most by which an output may differ from the model's before, as a part of its largest magnitude: products are added up in
    /// another order. Of models of half precision it is 5e-3 at least (bfloat16: 4e-2).
    /// </summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>Rounds in which the models are timed in turn.</summary>
    public int TimingRounds { get; init; } = 15;

    /// <summary>Told which layer is timed, on the thread that does; null for nobody.</summary>
    public IProgress<RewriteProgress>? Progress { get; init; }

    /// <summary>
    /// Whether every layer that can be is rewritten in the layout of its kind, timed or not: to see what a layout does. Layers are then not
    /// put back.
    /// </summary>
    internal LayerLayout? Everywhere { get; init; }

    /// <exception cref="ArgumentException">A property has an impossible value.</exception>
    internal void Validate()
    {
        Require.AtLeast(1, Rows);
        Require.AtLeast(0, MaxThreads);
        Require.Positive(Tolerance);
        Require.AtLeast(1, TimingRounds);
    }
}
