using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

/// <summary>Reproducible samples of linear layers.</summary>
internal static class Samples
{
    public static double[] Gaussian(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count)
            .Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }

    /// <summary>Correlated inputs with means, and outputs W·x + b + noise, as a Gram matrix of (x, y, 1).</summary>
    public static GramAccumulator Linear(double[] weights, double[] biases, int inputs, int count, double noise, int seed)
    {
        var filters = biases.Length;
        var (source, error) = (Gaussian(count * (inputs + 1), seed), Gaussian(count * filters, seed + 1));
        var z = new float[(inputs + filters + 1) * count];
        for (var t = 0; t < count; t++)
        {
            var x = Enumerable.Range(0, inputs)
                .Select(j => (float)(source[(t * (inputs + 1)) + j] + (0.7 * source[(t * (inputs + 1)) + j + 1]) + (0.3 * j))).ToArray();
            for (var j = 0; j < inputs; j++) z[(j * count) + t] = x[j];
            for (var r = 0; r < filters; r++)
                z[((inputs + r) * count) + t] =
                    (float)(Enumerable.Range(0, inputs)
                    .Sum(j => weights[(r * inputs) + j] * x[j]) + biases[r] + (noise * error[(t * filters) + r]));
            z[((inputs + filters) * count) + t] = 1;
        }
        var gram = new GramAccumulator(inputs + filters + 1);
        gram.Add(z, count);
        return gram;
    }

    /// <summary>The mean squared error of a filter that has the given values on its support and zeros elsewhere.</summary>
    public static double Error(this LeastSquaresProblem problem, int filter, ReadOnlySpan<int> support, ReadOnlySpan<double> values)
    {
        var error = problem.Energy[filter];
        var target = problem.Cross(filter);
        for (var a = 0; a < support.Length; a++)
        {
            error -= 2 * values[a] * target[support[a]];
            for (var b = 0; b < support.Length; b++)
                error += values[a] * problem.Gram[(support[a] * problem.Inputs) + support[b]] * values[b];
        }
        return error;
    }
}
