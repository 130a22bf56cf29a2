using System.Numerics.Tensors;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Solves a <see cref="LeastSquaresProblem"/> for filters with one support S, with a ridge towards the original weights:
/// (H_SS + λI) w_S = (Xᵀy)_S + λ w⁰_S.
/// </summary>
internal sealed class RidgeSolver
{
    private readonly LeastSquaresProblem problem;
    private readonly double[] original;

    /// <param name="problem">Gram matrix and targets.</param>
    /// <param name="original">The weights before pruning, filters × inputs.</param>
    /// <param name="ridge">λ in units of the mean square of an input (of the mean diagonal of H).</param>
    public RidgeSolver(LeastSquaresProblem problem, double[] original, double ridge)
    {
        if (original.Length != problem.Filters * problem.Inputs)
            throw new ArgumentException($"{original.Length} weights are not {problem.Filters} × {problem.Inputs}", nameof(original));
        if (!(ridge > 0)) throw new ArgumentOutOfRangeException(nameof(ridge), ridge, "the ridge must be positive");
        (this.problem, this.original) = (problem, original);
        // Inputs that never vary leave a zero diagonal: any positive λ then keeps the original weight.
        Ridge = Math.Max(ridge * problem.MeanSquare, 1e-12);
    }

    private RidgeSolver(RidgeSolver from, LeastSquaresProblem problem)
        => (this.problem, original, Ridge, MaxThreads) = (problem, from.original, from.Ridge, from.MaxThreads);

    /// <summary>The same with other outputs wanted.</summary>
    public RidgeSolver With(LeastSquaresProblem changed) => new(this, changed);

    /// <summary>The most threads to use; 0 for as many as there are processors.</summary>
    public int MaxThreads { get; init; }

    /// <summary>λ.</summary>
    public double Ridge { get; }

    public LeastSquaresProblem Problem => problem;

    /// <summary>A filter's weights before pruning.</summary>
    public ReadOnlySpan<double> Original(int filter) => original.AsSpan(filter * problem.Inputs, problem.Inputs);

    /// <summary>The values of some filters on one support: one factor serves them all; k³/3 operations for k kept inputs.</summary>
    /// <returns>For each filter its values, as many as the support has inputs.</returns>
    public double[][] Solve(IReadOnlyList<int> filters, int[] support)
    {
        var factor = new double[support.Length * support.Length];
        FactorOn(support, factor);
        var solutions = new double[filters.Count][];
        Threads.For(solutions.Length, MaxThreads, i =>
        {
            var right = RightSide(filters[i]);
            double[] values = [.. support.Select(j => right[j])];
            CholeskyFactor.Solve(factor, support.Length, values);
            solutions[i] = values;
        });
        return solutions;
    }

    /// <summary>(Xᵀy) + λw⁰ of a filter, over all inputs.</summary>
    public double[] RightSide(int filter)
    {
        var right = new double[problem.Inputs];
        TensorPrimitives.MultiplyAdd(Original(filter), Ridge, problem.Cross(filter), right);
        return right;
    }

    /// <summary>L⁻ᵀ of H + λI = L·Lᵀ over all inputs, row-major: (H + λI)⁻¹ is this times its transpose.</summary>
    public double[] InverseFactor()
    {
        var n = problem.Inputs;
        var (factor, inverse) = (new double[n * n], new double[n * n]);
        FactorOn(Enumerable.Range(0, n).ToArray(), factor);
        CholeskyFactor.InverseTransposed(factor, n, inverse);
        return inverse;
    }

    /// <summary>The diagonal of (H + λI)⁻¹ over all inputs.</summary>
    public double[] InverseDiagonal() => InverseDiagonal(InverseFactor(), problem.Inputs);

    private void FactorOn(ReadOnlySpan<int> support, Span<double> factor)
    {
        var (k, n) = (support.Length, problem.Inputs);
        // Rounding can leave H_SS + λI short of positive definite where λ is tiny; a larger λ then is the lesser evil. A λ of more than k
        // times the largest entry, which is on the diagonal, makes every row dominated by its diagonal: positive definite by Gershgorin's
        // theorem, so that the last round succeeds.
        var enough = 2.0 * k * LargestDiagonal(support);
        for (var ridge = Ridge; double.IsFinite(ridge) && ridge <= Math.Max(Ridge, 10 * enough); ridge *= 10)
        {
            for (var i = 0; i < k; i++)
            {
                var source = problem.Gram.Slice(support[i] * n, n);
                var row = factor.Slice(i * k, i + 1);
                for (var j = 0; j < row.Length; j++) row[j] = source[support[j]];
                row[i] += ridge;
            }
            if (CholeskyFactor.Factor(factor, k)) return;
        }
        throw new InvalidOperationException($"A Gram matrix of {k} inputs with entries of up to {enough / (2 * k):G3} has no Cholesky "
            + "factor under any ridge: it holds NaN or infinity, or numbers near the end of double's range.");
    }

    private double LargestDiagonal(ReadOnlySpan<int> support)
    {
        var largest = 0.0;
        foreach (var i in support) largest = Math.Max(largest, problem.Diagonal[i]);
        return largest;
    }

    private static double[] InverseDiagonal(ReadOnlySpan<double> inverseTransposed, int n)
    {
        var diagonal = new double[n];
        for (var j = 0; j < n; j++)
        {
            var row = inverseTransposed.Slice((j * n) + j, n - j);
            diagonal[j] = DotTile.Dot(row, row);
        }
        return diagonal;
    }
}
