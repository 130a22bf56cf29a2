using System.Numerics;

namespace GspMl.Training.Optimizers;

/// <summary>One step of an optimiser on the CPU, over the arrays in place.</summary>
internal sealed class HostUpdate(TuningOptimizer optimizer)
{
    /// <summary>Moves a parameter against its gradient.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="learningRate">Of this step.</param>
    /// <param name="step">Steps before this one.</param>
    public void Apply(Parameter parameter, double learningRate, int step)
    {
        var moved = parameter.Uncut is { } uncut ? uncut.AsSpan() : parameter.Values.Numbers;
        // Cut weights that may come back have gradients too.
        if (parameter.Uncut is null && parameter.Mask is { } mask) Multiply(parameter.Gradient.Numbers, mask);
        var rates = UpdateRates.Of(optimizer, learningRate, step);
        if (optimizer.IsAdaptive) Adapt(moved, parameter, rates);
        else Follow(moved, parameter, rates);
        if (parameter.Uncut is not null) Cut(parameter);
    }

    /// <summary>The values as the mask leaves them.</summary>
    public static void Cut(Parameter parameter)
    {
        var (uncut, mask) = (parameter.Uncut!, parameter.Mask!);
        var values = parameter.Values.Numbers;
        for (var i = 0; i < values.Length; i++) values[i] = mask[i] == 0 ? 0 : uncut[i];
    }

    private static void Adapt(Span<float> values, Parameter parameter, UpdateRates rates)
    {
        if (parameter.Square.Length == 0) parameter.Square = new float[parameter.Count];
        var gradient = parameter.Gradient.Numbers;
        Span<float> mean = parameter.Mean, square = parameter.Square;
        var (b1, b2) = (new Vector<float>(rates.Momentum), new Vector<float>(rates.SquareMomentum));
        var (step, decay, root, epsilon) = (new Vector<float>(rates.Step), new Vector<float>(rates.Decay), new Vector<float>(rates.Root),
            new Vector<float>(rates.Epsilon));
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradient[i..]);
            var m = (b1 * new Vector<float>(mean[i..])) + ((Vector<float>.One - b1) * g);
            var s = (b2 * new Vector<float>(square[i..])) + ((Vector<float>.One - b2) * g * g);
            var w = new Vector<float>(values[i..]);
            (w - (step * m / ((Vector.SquareRoot(s) * root) + epsilon)) - (decay * w)).CopyTo(values[i..]);
            m.CopyTo(mean[i..]);
            s.CopyTo(square[i..]);
        }
        for (; i < values.Length; i++)
        {
            mean[i] = (rates.Momentum * mean[i]) + ((1 - rates.Momentum) * gradient[i]);
            square[i] = (rates.SquareMomentum * square[i]) + ((1 - rates.SquareMomentum) * gradient[i] * gradient[i]);
            values[i] = values[i] - (rates.Step * mean[i] / ((MathF.Sqrt(square[i]) * rates.Root)
                + rates.Epsilon)) - (rates.Decay * values[i]);
        }
    }

    private static void Follow(Span<float> values, Parameter parameter, UpdateRates rates)
    {
        var gradient = parameter.Gradient.Numbers;
        Span<float> mean = parameter.Mean;
        for (var i = 0; i < values.Length; i++)
        {
            mean[i] = (rates.Momentum * mean[i]) + gradient[i];
            values[i] -= (rates.Step * mean[i]) + (rates.Decay * values[i]);
        }
    }

    private static void Multiply(Span<float> values, float[] by)
    {
        var i = 0;
        for (; i <= by.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(values[i..]) * new Vector<float>(by, i)).CopyTo(values[i..]);
        for (; i < by.Length; i++) values[i] *= by[i];
    }
}
