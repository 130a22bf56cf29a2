using System.Numerics.Tensors;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Wanted outputs of a layer whose outputs only count through an activation function f: where f is flat, as a Relu is below zero, an error
/// does no harm. With s the slope of f between the present output ŷ and the wanted one y, a fit to ŷ + s(y − ŷ) makes up for what f lets
/// through, f(ŷ) − f(y), and leaves the rest as it is: for a Relu and y below zero a step of majorisation, which never raises the error
/// behind it. All filters keep one Gram matrix.
/// </summary>
/// <param name="samples">The layer's samples.</param>
/// <param name="gains">What multiplies each filter's output before the activation.</param>
/// <param name="activation">f, entry by entry.</param>
internal sealed class ActivationTargets(IReadOnlyList<SampleBatch> samples, IReadOnlyList<double> gains, Func<float[], float[]> activation)
{
    private readonly List<float[]> wanted = [.. samples.Select(batch => activation(batch.PreActivations))];

    /// <summary>
    /// Moves the outputs that a fit wants towards what it puts out, wherever the activation hides the difference; for its present supports
    /// and parts of them.
    /// </summary>
    public void Relax(LayerFit fit)
    {
        var sums = fit.Groups.Select(_ => new OutputSums(fit)).ToList();
        var intercepts = fit.Intercepts();
        for (var b = 0; b < samples.Count; b++)
        {
            var outputs = new float[fit.Filters.Count * samples[b].Count];
            var (batch, arguments) = (samples[b], new float[outputs.Length]);
            Threads.For(fit.Filters.Count, fit.MaxThreads, r => Predict(fit, batch, r, (float)intercepts[r], outputs, arguments));
            var (values, before) = (activation(arguments), wanted[b]);
            Threads.For(fit.Filters.Count, fit.MaxThreads, r =>
            {
                var filter = r % fit.FiltersPerGroup;
                Relax(fit, batch, r, outputs, arguments, values, before);
                sums[r / fit.FiltersPerGroup]
                    .Add(filter, fit.Filters[r].Support, batch.Groups[r / fit.FiltersPerGroup],
                    outputs.AsSpan(r * batch.Count, batch.Count));
            });
        }
        fit.Retarget([.. fit.Groups.Zip(sums, (solver, sum) => sum.Of(solver.Problem, samples.Sum(Weight)))]);
    }

    private double Weight(SampleBatch batch) => TensorPrimitives.SumOfSquares<float>(Ones(batch.Groups[0], batch.Count));

    /// <summary>What filter r puts out (times the root of the sample's weight), and what the activation then reads.</summary>
    private void Predict(LayerFit fit, SampleBatch batch, int r, float intercept, float[] outputs, float[] arguments)
    {
        var (z, n, fitted) = (batch.Groups[r / fit.FiltersPerGroup], batch.Count, fit.Filters[r]);
        var output = outputs.AsSpan(r * n, n);
        TensorPrimitives.Multiply(Ones(z, n), intercept, output);
        for (var a = 0; a < fitted.Support.Length; a++)
            TensorPrimitives.MultiplyAdd(z.AsSpan(fitted.Support[a] * n, n), (float)fitted.Values[a], output, output);
        var target = Target(fit, batch, r);
        var roots = Ones(z, n);
        var gain = (float)gains[r];
        for (var t = 0; t < n; t++)
        {
            var at = (r * n) + t;
            arguments[at] = batch.PreActivations[at] + (roots[t] > 0 ? gain * (output[t] - target[t]) / roots[t] : 0);
        }
    }

    private static void Relax(LayerFit fit, SampleBatch batch, int r, float[] outputs, float[] arguments, float[] values, float[] before)
    {
        var target = Target(fit, batch, r);
        for (var t = 0; t < batch.Count; t++)
        {
            var at = (r * batch.Count) + t;
            var change = arguments[at] - batch.PreActivations[at];
            // Between equal numbers there is no slope, and nothing to relax.
            var slope = change == 0 ? 1 : (values[at] - before[at]) / change;
            outputs[at] += Math.Clamp(slope, 0, 1) * (target[t] - outputs[at]);
        }
    }

    private static ReadOnlySpan<float> Target(LayerFit fit, SampleBatch batch, int r)
        => batch.Groups[r / fit.FiltersPerGroup].AsSpan((fit.Inputs + (r % fit.FiltersPerGroup)) * batch.Count, batch.Count);

    private static ReadOnlySpan<float> Ones(float[] z, int count) => z.AsSpan(z.Length - count, count);

    /// <summary>Moments of new outputs with the inputs on the supports.</summary>
    private sealed class OutputSums(LayerFit fit)
    {
        private readonly double[] cross = new double[fit.FiltersPerGroup * fit.Inputs];
        private readonly double[] squares = new double[fit.FiltersPerGroup];
        private readonly double[] means = new double[fit.FiltersPerGroup];

        public void Add(int filter, int[] support, float[] z, ReadOnlySpan<float> outputs)
        {
            foreach (var j in support)
                cross[(filter * fit.Inputs) + j] += TensorPrimitives.Dot(z.AsSpan(j * outputs.Length, outputs.Length), outputs);
            squares[filter] += TensorPrimitives.SumOfSquares(outputs);
            means[filter] += TensorPrimitives.Dot(Ones(z, outputs.Length), outputs);
        }

        public LeastSquaresProblem Of(LeastSquaresProblem problem, double weight)
        {
            foreach (var sums in new[] { cross, squares, means })
                for (var i = 0; i < sums.Length; i++) sums[i] /= weight;
            return problem.WithOutputs(cross, squares, means);
        }
    }
}
