using System.Numerics;
using System.Numerics.Tensors;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// ℓ1 A-HALS: hierarchical ALS with an ℓ1 penalty on each column (Gillis, IEEE Journal of Selected Topics in Signal Processing 5, 2011),
/// adapted until the average Hoyer sparsity is reached. The penalty comes from the projection itself: at an optimum every column is
/// normalise((t_k − λw)₊), so λ is the threshold at which GSP makes the present t_k sparse enough. A last projection meets the target
/// exactly.
/// </summary>
internal sealed class PenalizedHalsUpdate<T>(IColumnProjection projection, int sweeps = 4) : IFactorUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostRelaxations = 3;
    private UnitColumns? problem;
    private PenalizedSweep? sweep;
    private Panel<double>? targets;
    private double[] penalties = [];

    public void Update(Panel<T> factor, NormalEquations<T> equations, int maxThreads)
    {
        problem ??= new(factor.Rows, factor.Columns);
        sweep ??= new(factor.Rows, factor.Columns);
        targets ??= new(factor.Columns, factor.Rows);
        if (penalties.Length == 0) penalties = new double[factor.Columns];

        problem.Load(factor, equations);
        FindPenalties(problem, targets, maxThreads);
        var penalised = penalties.Any(p => p > 0);
        for (var i = 0; i < sweeps; i++) sweep.Run(problem, penalties, projection.Weights);
        projection.Project(problem.Columns, penalties);
        for (var i = 0; penalised && i < MostRelaxations && penalties.All(p => p <= 0); i++) Relax();
        problem.Store(factor);
    }

    public void Restore(Panel<T> factor)
    {
        if (problem is null) return;
        problem.LoadColumns(factor);
        projection.Project(problem.Columns, penalties);
        problem.Store(factor);
    }

    /// <summary>
    /// Sweeps may end sparser than was asked for, which a projection does not undo: one without penalties, then exactly to the target.
    /// </summary>
    private void Relax()
    {
        sweep!.Run(problem!, penalties, projection.Weights);
        projection.Project(problem!.Columns, penalties);
    }

    /// <summary>Projects t_k = v_k − Σ_{j≠k} G_kj b_j for all columns at once and keeps the thresholds.</summary>
    private void FindPenalties(UnitColumns problem, Panel<double> targets, int maxThreads)
    {
        problem.Gradient(problem.Columns, targets, maxThreads);
        for (var k = 0; k < problem.Rank; k++)
        {
            var t = targets.Row(k);
            TensorPrimitives.Negate<double>(t, t);
            TensorPrimitives.MultiplyAdd(problem.Columns.Row(k), problem.Gram[k * problem.Rank + k], t, t);
            TensorPrimitives.Max(t, 0.0, t);
        }
        projection.Project(targets, penalties);
    }
}
