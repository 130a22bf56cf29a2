using System.Numerics.Tensors;
using GspMl.Onnx.Products;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// The least-squares problem of filters that read the same inputs: over calibration samples (x, y),
/// minimise Σ (y_r − w_r·x)² / samples + λ‖w_r − w⁰_r‖² for every filter r, each on a support of its own.
/// All filters share the Gram matrix H = XᵀX / samples, centred where a bias can take up the means.
/// </summary>
internal sealed class LeastSquaresProblem
{
    private readonly Lazy<double[]> gram;
    private readonly double[] diagonal;
    private readonly double[] cross;
    private readonly double[] energy;
    private readonly double[] inputMeans;
    private readonly double[] outputMeans;

    /// <summary>Reads the problem from the Gram matrix of samples (x, y, 1), which it takes over.</summary>
    /// <param name="samples">Gram matrix of <paramref name="inputs"/> + <paramref name="filters"/> + 1 entries.</param>
    /// <param name="inputs">Entries of x.</param>
    /// <param name="filters">Entries of y.</param>
    /// <param name="centred">Whether a bias takes up the means, so that only what varies is fitted.</param>
    public LeastSquaresProblem(GramAccumulator samples, int inputs, int filters, bool centred)
    {
        if (samples.Size != inputs + filters + 1)
            throw new ArgumentException($"{inputs} inputs, {filters} filters and a one are not {samples.Size} entries", nameof(samples));
        (Inputs, Filters, Samples, Centred) = (inputs, filters, samples.Count, centred);
        var (size, matrix) = (samples.Size, samples.Take());
        // The ones of the samples hold their weights.
        var scale = samples.Count > 0 ? 1 / matrix[^1] : 1;
        var sums = matrix.AsSpan((size - 1) * size, size);
        inputMeans = [.. sums[..inputs].ToArray().Select(s => s * scale)];
        outputMeans = [.. sums.Slice(inputs, filters).ToArray().Select(s => s * scale)];
        cross = new double[filters * inputs];
        energy = new double[filters];
        for (var r = 0; r < filters; r++)
        {
            for (var j = 0; j < inputs; j++) cross[(r * inputs) + j] = Moment(inputs + r, j, outputMeans[r] * inputMeans[j]);
            energy[r] = Moment(inputs + r, inputs + r, outputMeans[r] * outputMeans[r]);
        }
        // In place, since a large matrix would not fit twice: each entry moves to where others were read before.
        for (var i = 0; i < inputs; i++)
            for (var j = 0; j < inputs; j++) matrix[(i * inputs) + j] = Moment(i, j, inputMeans[i] * inputMeans[j]);
        gram = new(matrix);
        diagonal = [.. Enumerable.Range(0, inputs).Select(i => matrix[(i * inputs) + i])];
        double Moment(int i, int j, double means) => (matrix[(i * size) + j] * scale) - (centred ? means : 0);
    }

    /// <summary>Takes samples that are fewer than the inputs as they are: H = Z·Zᵀ is formed only where it is asked for.</summary>
    /// <param name="inputs">Z, inputs × samples: x, centred where <paramref name="centred"/>, divided by the root of their number.</param>
    /// <param name="outputs">The same of y, filters × samples.</param>
    /// <param name="inputMeans">Means of x.</param>
    /// <param name="outputMeans">Means of y.</param>
    /// <param name="centred">Whether a bias takes up the means.</param>
    /// <param name="products">Multiplies.</param>
    public LeastSquaresProblem(float[] inputs, float[] outputs, double[] inputMeans, double[] outputMeans, bool centred,
        MatrixProduct products)
    {
        (Inputs, Filters, Centred, this.inputMeans, this.outputMeans) =
            (inputMeans.Length, outputMeans.Length, centred, inputMeans, outputMeans);
        var count = inputs.Length / Inputs;
        (Samples, FewSamples) = (count, inputs);
        cross = Product(outputs, Filters);
        energy = [.. Enumerable.Range(0, Filters).Select(r => Square(outputs.AsSpan(r * count, count)))];
        diagonal = [.. Enumerable.Range(0, Inputs).Select(j => Square(inputs.AsSpan(j * count, count)))];
        gram = new(() => Product(inputs, Inputs));

        double[] Product(float[] left, int rows)
        {
            var product = new float[(long)rows * Inputs];
            products.MultiplyTransposed(new(1, rows, count, Inputs), left, inputs, product);
            return [.. product.Select(value => (double)value)];
        }

        static double Square(ReadOnlySpan<float> row) => TensorPrimitives.SumOfSquares(row);
    }

    private LeastSquaresProblem(LeastSquaresProblem from, double[] cross, double[] energy, double[] outputMeans)
    {
        (Inputs, Filters, Samples, Centred, FewSamples) = (from.Inputs, from.Filters, from.Samples, from.Centred, from.FewSamples);
        (gram, diagonal, inputMeans) = (from.gram, from.diagonal, from.inputMeans);
        (this.cross, this.energy, this.outputMeans) = (cross, energy, outputMeans);
    }

    /// <summary>The same inputs with other outputs.</summary>
    /// <param name="cross">Xᵀy / samples of all filters, filters × inputs, before centring.</param>
    /// <param name="squares">Mean square of each y.</param>
    /// <param name="means">Mean of each y.</param>
    public LeastSquaresProblem WithOutputs(double[] cross, double[] squares, double[] means)
    {
        if (!Centred) return new(this, cross, squares, means);
        var centred = cross.Select((moment, at) => moment - (means[at / Inputs] * inputMeans[at % Inputs]));
        return new(this, [.. centred], [.. squares.Zip(means, (square, mean) => square - (mean * mean))], means);
    }

    public int Inputs { get; }

    public int Filters { get; }

    public long Samples { get; }

    public bool Centred { get; }

    /// <summary>H, row-major, Inputs × Inputs.</summary>
    public ReadOnlySpan<double> Gram => gram.Value.AsSpan(0, Inputs * Inputs);

    /// <summary>The diagonal of H.</summary>
    public ReadOnlySpan<double> Diagonal => diagonal;

    /// <summary>Z of H = Z·Zᵀ, inputs × samples, where the samples are fewer than the inputs; else null.</summary>
    public float[]? FewSamples { get; }

    /// <summary>Means of x over the samples.</summary>
    public ReadOnlySpan<double> InputMeans => inputMeans;

    /// <summary>Variance (centred) or mean square of each y.</summary>
    public ReadOnlySpan<double> Energy => energy;

    /// <summary>Means of y over the samples.</summary>
    public ReadOnlySpan<double> OutputMeans => outputMeans;

    /// <summary>Xᵀy / samples of one filter.</summary>
    public ReadOnlySpan<double> Cross(int filter) => cross.AsSpan(filter * Inputs, Inputs);

    /// <summary>Mean diagonal entry of H: the unit in which a ridge is given.</summary>
    public double MeanSquare => TensorPrimitives.Sum<double>(diagonal) / Inputs;

    /// <summary>Root mean square of each input (before centring).</summary>
    public double[] InputRms()
    {
        var rms = new double[Inputs];
        for (var i = 0; i < Inputs; i++)
            rms[i] = Math.Sqrt(Math.Max(0, diagonal[i] + (Centred ? inputMeans[i] * inputMeans[i] : 0)));
        return rms;
    }

    /// <summary>The bias that a filter needs beside the given weights: mean(y) − w·mean(x); 0 where the problem is not centred.</summary>
    public double Intercept(int filter, ReadOnlySpan<double> weights)
        => Centred ? outputMeans[filter] - TensorPrimitives.Dot(weights, inputMeans) : 0;
}
