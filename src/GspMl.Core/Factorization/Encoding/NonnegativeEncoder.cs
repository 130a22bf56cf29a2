using System.Collections.Concurrent;
using System.Numerics;
using System.Numerics.Tensors;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Encodes rows against a fixed basis: for a row x the exact minimiser of ‖x − B·h‖² + ridge·‖h‖² over h ≥ 0. The rank × rank Gram matrix
/// is formed once. Safe to use from several threads.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>; the small systems are solved in double.</typeparam>
public sealed class NonnegativeEncoder<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockRows = 64;
    private readonly Panel<T> basis;
    private readonly double unit;
    private readonly PaddedRows<T> basisRows;
    private readonly double[] gram;
    private readonly Func<PivotingSolver>? pivoting;
    private readonly ConcurrentBag<Workspace> workspaces = [];

    /// <summary>An encoder for a basis B (features × rank), which is copied.</summary>
    /// <param name="basis">Finite values; at least one row and one column.</param>
    /// <param name="ridge">
    /// Added to the diagonal of Bᵀ·B, at least 0. A small one makes the solution unique where columns of the basis depend on each other.
    /// </param>
    /// <exception cref="ArgumentException">The basis is empty or holds a value that is not finite, or the ridge is negative.</exception>
    public NonnegativeEncoder(DenseMatrix<T> basis, double ridge = 0)
    {
        ArgumentNullException.ThrowIfNull(basis);
        if (basis.Rows == 0 || basis.Columns == 0)
            throw new ArgumentException($"The basis is {basis.Rows} x {basis.Columns}; it needs a row and a column.", nameof(basis));
        var bad = Array.FindIndex(basis.Values, x => !T.IsFinite(x));
        if (bad >= 0)
            throw new ArgumentException(
                $"The basis holds {basis.Values[bad]} at feature {bad / basis.Columns}, column {bad % basis.Columns}.", nameof(basis));
        if (!(ridge >= 0 && double.IsFinite(ridge)))
            throw new ArgumentException($"The ridge is {ridge}; it is finite and at least 0.", nameof(ridge));
        // Products with entries of at most 1 stay within T wherever the data do; a power of two leaves every digit.
        var exponent = Exponent(basis);
        this.basis = Panel<T>.From(basis.TimesPowerOfTwo(-exponent));
        unit = Math.ScaleB(1, exponent);
        basisRows = new(basis.Values, basis.Columns);
        gram = Gram(Array.ConvertAll(basis.Values, double.CreateTruncating), basis.Columns, ridge);
        pivoting = PivotingSolver.For(gram, basis.Columns);
    }

    /// <summary>The length of a row.</summary>
    public int Features => basis.Rows;

    /// <summary>The number of coefficients of a row.</summary>
    public int Rank => basis.Columns;

    /// <summary>Encodes one dense row. Cost: features · rank multiply-adds and some rank².</summary>
    /// <param name="row">x: finite values; negative ones are allowed here.</param>
    /// <param name="coefficients">Receives h, of length <see cref="Rank"/>.</param>
    /// <exception cref="ArgumentException">A length is wrong, or a value is not finite; the message names the feature.</exception>
    public void Encode(ReadOnlySpan<T> row, Span<T> coefficients)
    {
        CheckLength(row.Length, Features, "The row has {0} values; the basis has {1} features.");
        CheckLength(coefficients.Length, Rank, "There is room for {0} coefficients; the rank is {1}.");
        var work = Rent();
        if (!work.TrySetRightSide([], row)) RequireFinite([], row);
        work.Solve(coefficients);
        workspaces.Add(work);
    }

    /// <summary>Encodes one sparse row. Cost: stored values · rank multiply-adds and some rank².</summary>
    /// <param name="features">The features of the values, each below <see cref="Features"/>.</param>
    /// <param name="values">Finite values.</param>
    /// <param name="coefficients">Receives h, of length <see cref="Rank"/>.</param>
    /// <exception cref="ArgumentException">A length or a feature is out of range, or a value is not finite.</exception>
    public void Encode(ReadOnlySpan<int> features, ReadOnlySpan<T> values, Span<T> coefficients)
    {
        CheckLength(values.Length, features.Length, "There are {0} values for {1} features.");
        CheckLength(coefficients.Length, Rank, "There is room for {0} coefficients; the rank is {1}.");
        foreach (var feature in features)
            if ((uint)feature >= (uint)Features)
                throw new ArgumentException($"Feature {feature} is outside of the basis' {Features} features.");
        var work = Rent();
        if (!work.TrySetRightSide(features, values)) RequireFinite(features, values);
        work.Solve(coefficients);
        workspaces.Add(work);
    }

    /// <summary>Encodes all rows, on all threads; the result does not depend on their number.</summary>
    /// <param name="data">samples × features.</param>
    /// <param name="maxThreads">The most threads to use; 0: one for each processor.</param>
    /// <param name="cancel">Looked at between blocks of rows.</param>
    /// <returns>The coefficients, samples × rank.</returns>
    /// <exception cref="ArgumentException">The data have another number of features.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public DenseMatrix<T> Encode(DataMatrix<T> data, int maxThreads = 0, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        CheckLength(data.Features, Features, "The data have {0} features; the basis has {1}.");
        var product = new Panel<T>(data.Samples, Rank);
        data.Multiply(basis, product, maxThreads);
        var result = new DenseMatrix<T>(data.Samples, Rank);
        new Blocks(data.Samples, BlockRows).Each(maxThreads, (start, end) =>
        {
            var work = Rent();
            for (var i = start; i < end; i++)
            {
                work.SetRightSide(product.Row(i), unit);
                work.Solve(result.Row(i));
            }
            workspaces.Add(work);
        }, cancel);
        return result;
    }

    /// <summary>n, where the largest magnitude lies between 2ⁿ⁻¹ and 2ⁿ; within what T can divide by.</summary>
    private static int Exponent(DenseMatrix<T> basis)
    {
        var largest = basis.Values.Max(T.Abs);
        var most = typeof(T) == typeof(float) ? 120 : 1000;
        return largest == T.Zero ? 0 : Math.Clamp(T.ILogB(largest) + 1, -most, most);
    }

    private Workspace Rent() => workspaces.TryTake(out var work) ? work : new(basisRows, new(gram, Rank), pivoting?.Invoke());

    private static double[] Gram(double[] rows, int rank, double ridge)
    {
        var gram = new double[rank * rank];
        for (var start = 0; start < rows.Length; start += rank)
        {
            var row = rows.AsSpan(start, rank);
            for (var k = 0; k < rank; k++)
            {
                var target = gram.AsSpan(k * rank, rank);
                TensorPrimitives.MultiplyAdd(row, row[k], target, target);
            }
        }
        for (var k = 0; k < rank; k++) gram[k * rank + k] += ridge;
        return gram;
    }

    /// <summary>Looked at where the product with the basis is not finite: a value that is not makes each of its entries so.</summary>
    private static void RequireFinite(ReadOnlySpan<int> features, ReadOnlySpan<T> values)
    {
        for (var p = 0; p < values.Length; p++)
        {
            if (T.IsFinite(values[p])) continue;
            var feature = features.IsEmpty ? p : features[p];
            throw new ArgumentException($"The value of feature {feature} is {values[p]}; rows to encode are finite.");
        }
    }

    private static void CheckLength(int length, int wanted, string message)
    {
        if (length != wanted) throw new ArgumentException(string.Format(null, message, length, wanted));
    }

    /// <summary>One thread's memory.</summary>
    /// <param name="basis">B.</param>
    /// <param name="solver">Solves whatever the basis is.</param>
    /// <param name="pivoting">Solves faster; none where columns of the basis nearly depend on each other.</param>
    private sealed class Workspace(PaddedRows<T> basis, NnlsSolver solver, PivotingSolver? pivoting)
    {
        private readonly double[] rightSide = new double[basis.Width];
        private readonly double[] solution = new double[basis.Width];

        /// <summary>v = Bᵀ·x for a row x, dense where no features are named; false where it is not finite.</summary>
        public bool TrySetRightSide(ReadOnlySpan<int> features, ReadOnlySpan<T> values)
        {
            basis.Sum(features, values, rightSide);
            return double.IsFinite(TensorPrimitives.Sum<double>(rightSide));
        }

        /// <summary>v = row · scale.</summary>
        public void SetRightSide(ReadOnlySpan<T> row, double scale)
        {
            for (var k = 0; k < row.Length; k++) rightSide[k] = double.CreateTruncating(row[k]) * scale;
        }

        public void Solve(Span<T> coefficients)
        {
            var v = rightSide.AsSpan(0, coefficients.Length);
            var h = solution.AsSpan(0, coefficients.Length);
            if (pivoting is null || !pivoting.TrySolve(v, h))
            {
                h.Clear();
                solver.Solve(v, h);
            }
            for (var k = 0; k < h.Length; k++) coefficients[k] = T.CreateTruncating(h[k]);
        }
    }
}
