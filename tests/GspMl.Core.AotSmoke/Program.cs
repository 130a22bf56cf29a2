using GspMl.Projection;

// Projects groups of every form; exit code 0 if each meets its target. Published ahead of time, it shows that Core needs no JIT compiler.
var failures = 0;
foreach (var target in new[] { SparsityTarget.Hoyer(0.8), SparsityTarget.Zeros(0.5) })
{
    Check(Project<float>(VectorLayout.Rows(64, 1000), target, []), target);
    Check(Project<double>(VectorLayout.Columns(64, 1000), target, []), target);
    Check(Project<float>(VectorLayout.Columns(64, 1000), target, [.. Enumerable.Range(1, 1000).Select(j => 1f + j % 7)]), target);
}
return failures;

static ProjectionResult Project<T>(VectorLayout layout, SparsityTarget target, T[] weights)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    var random = new Random(1);
    var values = new T[layout.Extent];
    for (var i = 0; i < values.Length; i++) values[i] = T.CreateTruncating(random.NextDouble() - random.NextDouble());
    return new GspProjector<T>().Project(values, values, layout, target, weights);
}

void Check(ProjectionResult result, SparsityTarget target)
{
    var reached = target.IsZeros ? result.Zeros : result.Sparsity;
    var met = Math.Abs(reached - target.Value) < 1e-6;
    Console.WriteLine($"{target}: {reached} ({result.Ending}){(met ? "" : " — not met")}");
    if (!met) failures++;
}
