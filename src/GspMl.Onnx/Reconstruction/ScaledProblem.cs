using System.Numerics.Tensors;
using GspMl.Onnx.Products;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// The least-squares problems of all filters of a layer as one quadratic form, ½⟨V, VH⟩ − ⟨B, V⟩, in coordinates in which every input has
/// the same mean square: H = S⁻¹(Gram + λI)S⁻¹ with a unit diagonal, V = WS, B = (XᵀY + λW⁰)S⁻¹. In floats.
/// </summary>
internal sealed class ScaledProblem
{
    /// <summary>Matrices of filters × inputs that searches and refits share; what begins finds whatever the last one left.</summary>
    public const int ScratchMatrices = 7;

    private readonly IReadOnlyList<RidgeSolver> groups;
    private readonly IScaledGram gram;
    private readonly double[][] scales;
    private readonly double unit;
    private readonly float[]?[] scratch = new float[]?[ScratchMatrices];

    /// <param name="groups">One solver for each group of filters.</param>
    /// <param name="products">Multiplies.</param>
    /// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
    public ScaledProblem(IReadOnlyList<RidgeSolver> groups, MatrixProduct products, int maxThreads)
    {
        (this.groups, MaxThreads) = (groups, maxThreads);
        (FiltersPerGroup, Inputs) = (groups[0].Problem.Filters, groups[0].Problem.Inputs);
        scales = [.. groups.Select(Scales)];
        gram = groups[0].Problem.FewSamples is null ? new FullGram(groups, scales, products, maxThreads)
            : new SampledGram(groups, scales, products, maxThreads);
        unit = Math.Max(1e-300, Largest());
        Original = Filled((group, filter) => groups[group].Original(filter));
        Right = new float[Original.Length];
        Retarget(groups);
    }

    public int MaxThreads { get; }

    public int Groups => groups.Count;

    public int FiltersPerGroup { get; }

    public int Filters => Groups * FiltersPerGroup;

    public int Inputs { get; }

    /// <summary>Values of all filters before pruning: filters × inputs.</summary>
    public float[] Original { get; }

    /// <summary>B, filters × inputs.</summary>
    public float[] Right { get; private set; }

    /// <summary>One of the shared matrices, filters × inputs: new ones for each search would pile up.</summary>
    public float[] Scratch(int number) => scratch[number] ??= new float[Original.Length];

    /// <summary>V·H: filters · inputs² multiply-adds.</summary>
    public void Multiply(float[] values, float[] product) => gram.Multiply(values, product);

    /// <summary>R·(H + ρI)⁻¹ for a small ρ; the first call factorises.</summary>
    public void Precondition(float[] residual, float[] product) => gram.Precondition(residual, product);

    /// <summary>Wants other outputs from now on.</summary>
    /// <param name="changed">Solvers with the same inputs.</param>
    public void Retarget(IReadOnlyList<RidgeSolver> changed)
        => Right = Filled((group, filter) => changed[group].RightSide(filter), divided: true);

    /// <summary>A filter's values in the layer's own coordinates.</summary>
    public double[] Unscaled(float[] values, int filter)
    {
        var scale = scales[filter / FiltersPerGroup];
        var row = values.AsSpan(filter * Inputs, Inputs);
        var weights = new double[Inputs];
        for (var j = 0; j < Inputs; j++) weights[j] = row[j] * unit / scale[j];
        return weights;
    }

    /// <summary>Values in these coordinates of weights in the layer's own.</summary>
    public void Scale(ReadOnlySpan<double> weights, int filter, Span<float> values)
    {
        var scale = scales[filter / FiltersPerGroup];
        for (var j = 0; j < Inputs; j++) values[j] = (float)(weights[j] * scale[j] / unit);
    }

    /// <summary>The mean squared error of each filter's output with the given weights.</summary>
    /// <param name="wanted">Solvers with the outputs that are wanted now.</param>
    /// <param name="weights">Filters × inputs, in the layer's own coordinates.</param>
    public double[] Errors(IReadOnlyList<RidgeSolver> wanted, double[] weights)
    {
        var (values, product, errors) = (new float[weights.Length], new float[weights.Length], new double[Filters]);
        for (var r = 0; r < Filters; r++) Scale(weights.AsSpan(r * Inputs, Inputs), r, values.AsSpan(r * Inputs, Inputs));
        Multiply(values, product);
        Threads.For(Filters, MaxThreads, r =>
        {
            var solver = wanted[r / FiltersPerGroup];
            var filter = r % FiltersPerGroup;
            var own = weights.AsSpan(r * Inputs, Inputs);
            var square = 0.0;
            for (var j = r * Inputs; j < (r + 1) * Inputs; j++) square += (double)values[j] * product[j];
            errors[r] = solver.Problem.Energy[filter] - (2 * TensorPrimitives.Dot(solver.Problem.Cross(filter), own))
                + (square * unit * unit) - (solver.Ridge * TensorPrimitives.SumOfSquares<double>(own));
        });
        return errors;
    }

    private static double[] Scales(RidgeSolver solver)
        => [.. solver.Problem.Diagonal.ToArray().Select(square => Math.Sqrt(square + solver.Ridge))];

    /// <summary>The largest weight times the size of its input: the unit that keeps floats within their range.</summary>
    private double Largest()
    {
        var largest = 0.0;
        for (var g = 0; g < Groups; g++)
            for (var r = 0; r < FiltersPerGroup; r++)
            {
                var weights = groups[g].Original(r);
                for (var j = 0; j < Inputs; j++) largest = Math.Max(largest, Math.Abs(weights[j]) * scales[g][j]);
            }
        return largest;
    }

    private float[] Filled(Func<int, int, ReadOnlySpan<double>> row, bool divided = false)
    {
        var values = new float[(long)Filters * Inputs];
        Threads.For(Filters, MaxThreads, filter =>
        {
            var group = filter / FiltersPerGroup;
            var target = values.AsSpan(filter * Inputs, Inputs);
            var source = row(group, filter % FiltersPerGroup);
            var scale = scales[group];
            for (var j = 0; j < Inputs; j++) target[j] = (float)((divided ? source[j] / scale[j] : source[j] * scale[j]) / unit);
        });
        return values;
    }
}
