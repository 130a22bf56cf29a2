using BenchmarkDotNet.Attributes;
using GspMl.Projection;

namespace GspMl.Benchmarks.Projection;

/// <summary>25 million floats, with a copy of them as the baseline.</summary>
[MemoryDiagnoser]
public class LargeProjection
{
    private const int Vectors = 12_288, Length = 2_048;
    private readonly float[] source = Gaussian.Floats(Vectors * Length), destination = new float[Vectors * Length];
    private readonly GspProjector<float> projector = new();

    [Params(0.8, 0.9)]
    public double Sparsity { get; set; }

    [Benchmark(Baseline = true)]
    public void Copy() => source.AsSpan().CopyTo(destination);

    [Benchmark]
    public ProjectionResult Rows()
        => projector.Project(source, destination, VectorLayout.Rows(Vectors, Length), SparsityTarget.Hoyer(Sparsity));

    [Benchmark]
    public ProjectionResult Columns()
        => projector.Project(source, destination, VectorLayout.Columns(Vectors, Length), SparsityTarget.Hoyer(Sparsity));
}

/// <summary>The projection inside a sparse factorisation: 49 vectors of 361.</summary>
[MemoryDiagnoser]
public class SmallProjection
{
    private readonly double[] source = [.. Gaussian.Doubles(49 * 361).Select(Math.Abs)], destination = new double[49 * 361];
    private readonly GspProjector<double> projector = new();

    [Params(0.5, 0.85)]
    public double Sparsity { get; set; }

    [Benchmark]
    public ProjectionResult Rows() => projector.Project(source, destination, VectorLayout.Rows(49, 361), SparsityTarget.Hoyer(Sparsity));

    [Benchmark]
    public ProjectionResult Columns()
        => projector.Project(source, destination, VectorLayout.Columns(49, 361), SparsityTarget.Hoyer(Sparsity));
}
