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
    /// Moves the outputs that a fit wants towards what it puts out, wherever the activation hides the difference. Two products of weights
    /// and samples.
    /// </summary>
    public void Relax(LayerFit fit)
    {
        var sums = fit.Groups.Select(_ => new OutputSums(fit)).ToList();
        var (weights, intercepts) = (new float[fit.Count], fit.Intercepts());
        TensorPrimitives.ConvertTruncating(fit.Weights, weights);
        for (var b = 0; b < samples.Count; b++)
        {
            LargeMemory.Relieve();
            var (batch, before) = (samples[b], wanted[b]);
            var outputs = Outputs(fit, batch, weights);
            var arguments = new float[outputs.Length];
            Threads.For(fit.Filters, fit.MaxThreads, r => Place(fit, batch, r, (float)intercepts[r], outputs, arguments));
            var values = activation(arguments);
            Threads.For(fit.Filters, fit.MaxThreads, r => Relax(fit, batch, r, outputs, arguments, values, before));
            for (var g = 0; g < sums.Count; g++) sums[g].Add(fit, g, batch, outputs);
        }
        fit.Retarget([.. fit.Groups.Zip(sums, (solver, sum) => sum.Of(solver.Problem, samples.Sum(Weight)))]);
    }

    private double Weight(SampleBatch batch) => TensorPrimitives.SumOfSquares<float>(Ones(batch.Groups[0], batch.Count));

    /// <summary>w·x of every filter and sample, times the root of the sample's weight: filters × samples.</summary>
    private static float[] Outputs(LayerFit fit, SampleBatch batch, float[] weights)
    {
        var outputs = new float[fit.Filters * batch.Count];
        var (block, part) = (fit.FiltersPerGroup * fit.Inputs, fit.FiltersPerGroup * batch.Count);
        for (var g = 0; g < fit.Groups.Count; g++)
            fit.Products.Multiply(new(1, fit.FiltersPerGroup, fit.Inputs, batch.Count), weights.AsMemory(g * block, block), batch.Groups[g],
                outputs.AsMemory(g * part, part));
        return outputs;
    }

    /// <summary>Adds a filter's bias to what it puts out, and notes what the activation then reads.</summary>
    private void Place(LayerFit fit, SampleBatch batch, int r, float intercept, float[] outputs, float[] arguments)
    {
        var (z, n) = (batch.Groups[r / fit.FiltersPerGroup], batch.Count);
        var output = outputs.AsSpan(r * n, n);
        TensorPrimitives.MultiplyAdd(Ones(z, n), intercept, output, output);
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

    /// <summary>Moments of new outputs with the inputs of a group.</summary>
    private sealed class OutputSums(LayerFit fit)
    {
        private readonly double[] cross = new double[fit.FiltersPerGroup * fit.Inputs];
        private readonly double[] squares = new double[fit.FiltersPerGroup];
        private readonly double[] means = new double[fit.FiltersPerGroup];

        public void Add(LayerFit fit, int group, SampleBatch batch, float[] outputs)
        {
            var (filters, n, z) = (fit.FiltersPerGroup, batch.Count, batch.Groups[group]);
            var moments = new float[cross.Length];
            fit.Products.MultiplyTransposed(new(1, filters, n, fit.Inputs), outputs.AsMemory(group * filters * n, filters * n), z, moments);
            for (var i = 0; i < moments.Length; i++) cross[i] += moments[i];
            for (var r = 0; r < filters; r++)
            {
                var output = outputs.AsSpan(((group * filters) + r) * n, n);
                squares[r] += TensorPrimitives.SumOfSquares<float>(output);
                means[r] += TensorPrimitives.Dot(Ones(z, n), output);
            }
        }

        public LeastSquaresProblem Of(LeastSquaresProblem problem, double weight)
        {
            foreach (var sums in new[] { cross, squares, means })
                for (var i = 0; i < sums.Length; i++) sums[i] /= weight;
            return problem.WithOutputs(cross, squares, means);
        }
    }
}
