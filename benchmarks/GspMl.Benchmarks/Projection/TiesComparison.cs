using GspMl.Projection;

namespace GspMl.Benchmarks.Projection;

/// <summary>
/// What Newton's method with bisection does, without thought of ties and jumps, where largest entries tie; and what the projector does.
/// </summary>
internal static class TiesComparison
{
    public static void Run(string[] arguments)
    {
        Console.WriteLine("group                                     target   naive reaches (error, evaluations)        projector reaches "
            + "(error, evaluations, ending)");
        foreach (var (name, count, length, values) in Groups())
        {
            foreach (var target in new[] { 0.5, 0.8, 0.95 })
            {
                var (naive, result) = (new NaiveProjection(count, length), new float[values.Length]);
                naive.Project(values, result, target);
                var ours = new GspProjector<float>()
                    .Project(values, result, VectorLayout.Rows(count, length), SparsityTarget.Hoyer(target));
                var measured = Enumerable.Range(0, count).Average(i => HoyerSparsity.Of<float>(result.AsSpan(i * length, length)));
                Console.WriteLine(
                    $"{name,-42}{target,5}   {naive.Achieved,10:F6} ({naive.Achieved - target,9:E1}, {naive.Passes,3})"
                    + $"          {measured,10:F6} ({measured - target,9:E1}, {ours.Iterations,3}, {ours.Ending})");
            }
        }
        Weighted();
    }

    private static IEnumerable<(string Name, int Count, int Length, float[] Values)> Groups()
    {
        yield return ("gaussian, 64 × 128, no ties", 64, 128, Gaussian.Floats(64 * 128));
        yield return ("rounded to 1/16, 64 × 128", 64, 128, Rounded(64 * 128, 1 / 16f));
        yield return ("rounded to 1/4, 64 × 128", 64, 128, Rounded(64 * 128, 1 / 4f));
        yield return ("rounded to 1/2, 2,000 × 9", 2000, 9, Rounded(2000 * 9, 1 / 2f));
        yield return ("signs only, 64 × 128", 64, 128, [.. Gaussian.Floats(64 * 128).Select(v => v < 0 ? -1f : 1f)]);
        yield return ("−1, 0, 1 (ternary), 64 × 128", 64, 128,
            [.. Gaussian.Floats(64 * 128).Select(v => (float)Math.Clamp(Math.Round(v), -1, 1))]);
    }

    private static float[] Rounded(int count, float step) => [.. Gaussian.Floats(count).Select(v => MathF.Round(v / step) * step)];

    /// <summary>A jump that nothing can fill: the one entry that is left of a weighted vector moves to one of less weight.</summary>
    private static void Weighted()
    {
        Console.WriteLine("\nweighted, two vectors of three entries: where the last entry moves the sparsity jumps, and no unit vector in "
            + "between is optimal");
        double[] values = [1.0, 0.9, 0.2, 2.0, 0.1, 0.3], weights = [3, 2, 1, 2, 1, 3];
        foreach (var target in new[] { 0.5, 0.7, 0.8, 0.9, 0.95 })
        {
            var projector = new GspProjector<double>();
            var result = projector.Project(values, new double[6], VectorLayout.Rows(2, 3), SparsityTarget.Hoyer(target), weights);
            var before = projector.MeasureSparsity(values, VectorLayout.Rows(2, 3), result.Multiplier * (1 - 1e-12), weights).Sparsity;
            Console.WriteLine($"  target {target,4}: {result.Sparsity:F6}, {result.Ending}; just before that multiplier {before:F6}");
        }
    }
}
