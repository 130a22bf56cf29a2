using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// min ½hᵀGh − vᵀh over h ≥ 0 by block principal pivoting (Júdice, Pires: <i>A block principal pivoting algorithm for large-scale strictly
/// monotone linear complementarity problems</i>, Computers and Operations Research 21, 1994; for factorisations Kim, Park, SIAM J. Sci.
/// Comput. 33, 2011): all entries of the wrong sign change sides at once. With G⁻¹ at hand the same step can be made from either side, and
/// is made from the smaller: few coefficients by G, few zeros by G⁻¹. Works in its own memory: one solver for each thread.
/// </summary>
internal sealed class PivotingSolver
{
    private const int MostRounds = 100, Patience = 3;
    private const double GreatestCondition = 1e6; // leaves ten digits
    private const double Precision = 1e-13;

    private readonly int rank;
    private readonly PaddedRows<double> inverse;
    private readonly SubsetSolver support, zeros;
    private readonly bool[] isZero;
    private readonly double[] unconstrained, negated, result;

    private PivotingSolver(PaddedRows<double> gram, PaddedRows<double> inverse, int rank)
    {
        (this.rank, this.inverse) = (rank, inverse);
        (support, zeros) = (new(gram, rank), new(inverse, rank));
        isZero = new bool[rank];
        (unconstrained, negated, result) = (new double[gram.Width], new double[gram.Width], new double[gram.Width]);
    }

    /// <summary>What makes a solver for each thread; null for a matrix that is singular or nearly so.</summary>
    public static Func<PivotingSolver>? For(double[] gram, int rank)
    {
        var matrix = Matrix<double>.Build.Dense(rank, rank, [.. gram]);
        for (var k = 0; k < rank; k++)
            if (matrix[k, k] == 0) matrix[k, k] = 1; // a column of zeros: its coefficient is 0 whatever the entry
        var inverse = matrix.Inverse();
        if (!(matrix.InfinityNorm() * inverse.InfinityNorm() <= GreatestCondition)) return null;
        var (there, back) = (Padded(matrix), Padded(inverse));
        return () => new(there, back, rank);
    }

    /// <param name="v">The right-hand side.</param>
    /// <param name="h">Receives the solution.</param>
    /// <returns>False, and nothing in h, where rounding keeps it from an end.</returns>
    public bool TrySolve(ReadOnlySpan<double> v, Span<double> h)
    {
        var tolerance = Precision * Math.Abs(TensorPrimitives.MaxMagnitude(v));
        inverse.Sum([], v, unconstrained);
        for (var k = 0; k < rank; k++) negated[k] = -v[k];
        var count = 0;
        for (var k = 0; k < rank; k++) count += (isZero[k] = unconstrained[k] < 0) ? 1 : 0;
        var (fewest, patience) = (rank + 1, Patience);
        for (var round = 0; round < MostRounds; round++)
        {
            var solved = 2 * count <= rank
                ? zeros.Solve(unconstrained, isZero, true, result)
                : support.Solve(negated, isZero, false, result);
            if (!solved) return false;
            var wrong = CountWrong(tolerance);
            if (wrong == 0) return Write(h);
            (fewest, patience) = wrong < fewest ? (wrong, Patience) : (fewest, patience - 1);
            count += Exchange(tolerance, onlyLast: patience < 0);
        }
        return false;
    }

    private static PaddedRows<double> Padded(Matrix<double> matrix) => new(matrix.ToRowMajorArray(), matrix.RowCount);

    /// <summary>Coefficients below 0, and zeros that the objective would have above 0.</summary>
    private int CountWrong(double tolerance)
    {
        var wrong = 0;
        for (var k = 0; k < rank; k++) wrong += IsWrong(k, tolerance) ? 1 : 0;
        return wrong;
    }

    private bool IsWrong(int k, double tolerance) => result[k] < (isZero[k] ? -tolerance : 0);

    /// <summary>
    /// Lets the wrong ones change sides; only the last of them where the whole block made no progress for some time, by which the search
    /// ends (Murty's rule). Returns how many zeros came in.
    /// </summary>
    private int Exchange(double tolerance, bool onlyLast)
    {
        var more = 0;
        for (var k = rank - 1; k >= 0; k--)
        {
            if (!IsWrong(k, tolerance)) continue;
            isZero[k] = !isZero[k];
            more += isZero[k] ? 1 : -1;
            if (onlyLast) return more;
        }
        return more;
    }

    private bool Write(Span<double> h)
    {
        for (var k = 0; k < rank; k++) h[k] = isZero[k] ? 0 : result[k];
        return true;
    }
}
