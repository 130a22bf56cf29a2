using BenchmarkDotNet.Attributes;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Benchmarks.Factorization;

/// <summary>One row against a basis of half zeros: a product features × rank, then exact non-negative least squares.</summary>
[MemoryDiagnoser]
public class EncoderBenchmarks
{
    private readonly float[] row = new float[361];
    private float[] code = [];
    private NonnegativeEncoder<float> encoder = null!;

    [Params(10, 20, 49)]
    public int Rank { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var basis = new DenseMatrix<float>(row.Length, Rank);
        for (var i = 0; i < basis.Values.Length; i++) basis.Values[i] = random.Next(2) * random.NextSingle();
        for (var j = 0; j < row.Length; j++) row[j] = random.NextSingle();
        encoder = new(basis);
        code = new float[Rank];
    }

    [Benchmark]
    public void EncodeRow() => encoder.Encode(row, code);
}
