using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using GspMl.Factorization;
using GspMl.Projection;

// Projects groups of every form and prints what was reached, then factorises by every algorithm; exit code 0 if each meets its target.
// Published ahead of time, it shows that Core needs no JIT compiler; run with wide vector instructions switched off, that the narrower
// ones give the same answers.
Console.WriteLine($"vectors {Vector512.IsHardwareAccelerated} {Vector256.IsHardwareAccelerated} {Vector128.IsHardwareAccelerated}");
var failures = 0;
foreach (var target in new[] { SparsityTarget.Hoyer(0.8), SparsityTarget.Zeros(0.5) })
{
    foreach (var layout in new[] { VectorLayout.Rows(61, 603), VectorLayout.Columns(61, 603), new(61, 101, 203, 2),
        VectorLayout.Rows(1, 70_001) })
    {
        foreach (var weights in new long[] { 0, layout.Length, layout.Extent })
        {
            Check(Project<float>(layout, target, weights), target);
            Check(Project<double>(layout, target, weights), target);
        }
    }
}
foreach (var algorithm in Enum.GetValues<NmfAlgorithm>()) Factorise(algorithm);
return failures;

static (ProjectionResult Result, double Sum) Project<T>(VectorLayout layout, SparsityTarget target, long weightCount)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    var random = new Random(1);
    T[] values = new T[layout.Extent], weights = new T[weightCount];
    for (var i = 0; i < values.Length; i++) values[i] = T.CreateTruncating(random.NextDouble() - random.NextDouble());
    for (var i = 0; i < weights.Length; i++) weights[i] = T.CreateTruncating(random.NextDouble() + 0.1);
    var result = new GspProjector<T>(new() { UnitNorm = weightCount == layout.Extent }).Project(values, values, layout, target, weights);
    return (result, values.Sum(double.CreateTruncating));
}

void Check((ProjectionResult Result, double Sum) projected, SparsityTarget target)
{
    var reached = target.IsZeros ? projected.Result.Zeros : projected.Result.Sparsity;
    var met = reached - target.Value is > -1e-6 and < 1e-4;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reached} {projected.Result.Multiplier} {projected.Sum}"));
    if (met) return;
    Console.Error.WriteLine($"{target}: {projected.Result}");
    failures++;
}

// A product of two sparse factors must be found again, whatever the algorithm and the start, dense as sparse.
void Factorise(NmfAlgorithm algorithm)
{
    const int samples = 90, features = 70, rank = 4;
    var random = new Random(2);
    float[] Half(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)Math.Max(0, random.NextDouble() - 0.5))];
    float[] coefficients = Half(samples * rank), basis = Half(features * rank), values = new float[samples * features];
    for (var i = 0; i < values.Length; i++)
        for (var k = 0; k < rank; k++) values[i] += coefficients[i / features * rank + k] * basis[i % features * rank + k];

    var rowStarts = Enumerable.Range(0, samples + 1).Select(i => i * features).ToArray();
    var featureIndices = Enumerable.Range(0, values.Length).Select(i => i % features).ToArray();
    foreach (DataMatrix<float> data in new DataMatrix<float>[] { new DenseData<float>(values, samples, features),
        new SparseData<float>(samples, features, rowStarts, featureIndices, values) })
    {
        double? sparsity = algorithm is NmfAlgorithm.AHals or NmfAlgorithm.NeNmf ? null : 0.3;
        var result = NonnegativeFactorization.Fit(data, new()
        {
            Rank = rank,
            Algorithm = algorithm,
            BasisSparsity = sparsity,
            Initialization = NmfInitialization.Nndsvd
        });
        var encoded = new float[rank];
        new NonnegativeEncoder<float>(result.Basis).Encode(values.AsSpan(0, features), encoded);
        if (result.RelativeError < 0.02 && result.BasisSparsity > sparsity.GetValueOrDefault() - 1e-4 && encoded.Max() > 0) continue;
        Console.Error.WriteLine(
            $"{algorithm}, {data.GetType().Name}: relative error {result.RelativeError}, sparsity {result.BasisSparsity}, "
            + $"coefficients {string.Join(' ', encoded)}");
        failures++;
    }
}
