using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using GspMl.Projection;

// Projects groups of every form and prints what was reached; exit code 0 if each meets its target. Published ahead of time, it shows that Core
// needs no JIT compiler; run with wide vector instructions switched off, that the narrower ones give the same answers.
Console.WriteLine($"vectors {Vector512.IsHardwareAccelerated} {Vector256.IsHardwareAccelerated} {Vector128.IsHardwareAccelerated}");
var failures = 0;
foreach (var target in new[] { SparsityTarget.Hoyer(0.8), SparsityTarget.Zeros(0.5) })
{
    foreach (var layout in new[] { VectorLayout.Rows(61, 603), VectorLayout.Columns(61, 603), new(61, 101, 203, 2), VectorLayout.Rows(1, 70_001) })
    {
        foreach (var weights in new long[] { 0, layout.Length, layout.Extent })
        {
            Check(Project<float>(layout, target, weights), target);
            Check(Project<double>(layout, target, weights), target);
        }
    }
}
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
