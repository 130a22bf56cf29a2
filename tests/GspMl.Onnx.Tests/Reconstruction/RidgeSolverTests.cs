using GspMl.Onnx.Reconstruction;

namespace GspMl.Onnx.Tests.Reconstruction;

public class RidgeSolverTests
{
    private const int Inputs = 9;
    private static readonly double[] Weights = Samples.Gaussian(2 * Inputs, 11);
    private static readonly double[] Biases = [0.5, -2];
    private static readonly int[] All = [.. Enumerable.Range(0, Inputs)];
    private static readonly int[] Some = [0, 2, 3, 6, 8];

    private static RidgeSolver Solver(double ridge, double noise = 0.1, double[]? original = null, bool centred = true)
        => new(new(Samples.Linear(Weights, Biases, Inputs, 400, noise, 21), Inputs, 2, centred), original ?? Weights, ridge);

    [Fact]
    public void Without_noise_and_ridge_the_weights_and_biases_are_found_again()
    {
        var solver = Solver(1e-9, noise: 0, original: new double[2 * Inputs]);
        for (var r = 0; r < 2; r++)
        {
            var fit = solver.Solve([r], All)[0];
            for (var j = 0; j < Inputs; j++) Assert.Equal(Weights[(r * Inputs) + j], fit[j], 1e-4);
            Assert.Equal(Biases[r], solver.Problem.Intercept(r, fit), 1e-3);
        }
    }

    [Fact]
    public void A_large_ridge_gives_the_original_weights()
    {
        var original = Samples.Gaussian(2 * Inputs, 12);
        var fit = Solver(1e9, original: original).Solve([1], Some)[0];
        for (var a = 0; a < Some.Length; a++) Assert.Equal(original[Inputs + Some[a]], fit[a], 1e-5);
    }

    [Fact]
    public void Inputs_without_end_end_the_search_for_a_ridge()
    {
        var endless = new GramAccumulator(Inputs + 2);
        endless.Add([.. Enumerable.Repeat(float.PositiveInfinity, Inputs), 1, 1], 1);
        var solver = new RidgeSolver(new(endless, Inputs, 1, centred: false), Weights[..Inputs], 0.01);
        Assert.Contains("no Cholesky factor under any ridge",
            Assert.Throws<InvalidOperationException>(() => solver.Solve([0], Some)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Inputs_that_are_all_the_same_are_told_apart_by_the_ridge_alone()
    {
        var same = new GramAccumulator(Inputs + 2);
        same.Add([.. Enumerable.Repeat(1e8f, Inputs), 1e8f, 1], 1);
        Assert.All(new RidgeSolver(new(same, Inputs, 1, centred: false), Weights[..Inputs], 1e-300).Solve([0], All)[0],
            value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData(1e-6)]
    [InlineData(0.01)]
    [InlineData(1.0)]
    public void Reconstruction_never_raises_the_error_on_the_support(double ridge)
    {
        var solver = Solver(ridge);
        for (var r = 0; r < 2; r++)
        {
            var fit = solver.Solve([r], Some)[0];
            var masked = Some.Select(j => Weights[(r * Inputs) + j]).ToArray();
            Assert.True(solver.Problem.Error(r, Some, fit) < solver.Problem.Error(r, Some, masked));
        }
    }

    [Fact]
    public void The_solution_is_a_minimum_of_the_penalised_error()
    {
        var solver = Solver(0.05);
        var fit = solver.Solve([0], Some)[0];
        var least = Penalised(solver, 0, fit);
        for (var a = 0; a < Some.Length; a++)
            foreach (var step in new[] { -1e-3, 1e-3 })
            {
                var moved = fit.ToArray();
                moved[a] += step;
                Assert.True(Penalised(solver, 0, moved) > least);
            }
    }

    [Fact]
    public void Inputs_that_never_vary_keep_their_weights()
    {
        var z = new float[3 * 50];
        for (var t = 0; t < 50; t++) (z[t], z[50 + t], z[100 + t]) = (1, t, 1);
        var gram = new GramAccumulator(3);
        gram.Add(z, 50);
        var solver = new RidgeSolver(new(gram, 1, 1, centred: true), [0.75], 0.01);
        Assert.Equal(0.75, solver.Solve([0], [0])[0][0], 1e-6);
    }

    [Fact]
    public void The_error_is_the_mean_squared_residual()
    {
        double[] weights = [2, -1];
        var gram = Samples.Linear(weights, [3], 2, 300, 0.5, 5);
        var problem = new LeastSquaresProblem(gram, 2, 1, centred: true);
        // The residual of the true weights is the noise: its variance is 0.25 up to sampling.
        Assert.InRange(problem.Error(0, [0, 1], weights), 0.2, 0.3);
        Assert.Equal(problem.Energy[0], problem.Error(0, [], []), 1e-12);
    }

    private static double Penalised(RidgeSolver solver, int filter, double[] values)
    {
        var original = solver.Original(filter).ToArray();
        return solver.Problem.Error(filter, Some, values)
            + (solver.Ridge * Some.Select((j, a) => Math.Pow(values[a] - original[j], 2)).Sum());
    }
}
