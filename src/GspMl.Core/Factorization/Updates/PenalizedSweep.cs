using System.Numerics.Tensors;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Column after column set to its exact minimiser under a penalty on its Hoyer sparsity. With column b = αu, ‖u‖ = 1, and
/// t = v_k − Σ_{j≠k} G_kj b_j, the minimiser of ½G_kk α² − α tᵀu + λ wᵀu over u ≥ 0 is u = normalise((t − λw/α)₊), and then α = tᵀu / G_kk.
/// At the multiplier λ of the sparsity constraint its fixed points are the stationary points of the constrained problem.
/// Cost: rank · rank · n multiply-adds a sweep.
/// </summary>
internal sealed class PenalizedSweep
{
    private readonly double[] coefficients;
    private readonly Panel<double> target;
    private readonly Panel<double> direction;

    public PenalizedSweep(int length, int rank)
    {
        coefficients = new double[rank];
        target = new(1, length);
        direction = new(1, length);
    }

    /// <param name="problem">The columns are changed in place.</param>
    /// <param name="penalties">λ_k for columns of norm 1.</param>
    /// <param name="weights">w; empty for all ones.</param>
    public void Run(UnitColumns problem, ReadOnlySpan<double> penalties, ReadOnlySpan<double> weights)
    {
        for (var k = 0; k < problem.Rank; k++)
        {
            if (problem.Gram[k * problem.Rank + k] > 0) Update(problem, k, penalties[k], weights);
        }
    }

    private unsafe void Update(UnitColumns problem, int k, double penalty, ReadOnlySpan<double> weights)
    {
        var column = problem.Columns.Row(k);
        var diagonal = problem.Gram[k * problem.Rank + k];
        for (var j = 0; j < coefficients.Length; j++) coefficients[j] = j == k ? 0 : -problem.Gram[k * problem.Rank + j];
        problem.Product.Row(k).CopyTo(target.Row(0));
        RowCombination.Add(coefficients, problem.Columns, target.Start);

        var alpha = UnitColumns.Norm(problem.Columns, k);
        Threshold(alpha > 0 ? penalty / alpha : penalty, weights);
        var norm = UnitColumns.Norm(direction, 0);
        if (norm <= 0) return; // the penalty would delete the column; the projection that follows decides
        var scale = PanelReduction.Dot(target.Start, direction.Start, column.Length) / (norm * norm * diagonal);
        TensorPrimitives.Multiply(direction.Row(0), scale, column);
    }

    /// <summary>direction = (target − threshold·w)₊.</summary>
    private void Threshold(double threshold, ReadOnlySpan<double> weights)
    {
        var u = direction.Row(0);
        if (weights.IsEmpty) TensorPrimitives.Add(target.Row(0), -threshold, u);
        else TensorPrimitives.MultiplyAdd(weights, -threshold, target.Row(0), u);
        TensorPrimitives.Max(u, 0.0, u);
    }
}
