using FsCheck;
using FsCheck.Fluent;
using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using DenseMatrix = MathNet.Numerics.LinearAlgebra.Double.DenseMatrix;

namespace GspMl.Core.Tests.Factorization.Encoding;

public class EncoderTests
{
    [Fact]
    public void The_encoding_is_the_best_of_all_supports() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            Gen.Choose(0, 1_000_000).ToArbitrary(),
            seed =>
            {
                var rank = 1 + seed % 6;
                var basis = Matrices.Random<double>(10, rank, seed, zeros: 0.3);
                var row = Matrices.Random<double>(1, 10, seed + 1).Values;
                var code = new double[rank];
                new NonnegativeEncoder<double>(basis, ridge: 1e-9).Encode(row, code);
                return code.All(h => h >= 0) && Objective(basis, row, code) <= BestOfAllSupports(basis, row) + 1e-8;
            }));

    [Theory]
    [InlineData(49)]
    [InlineData(120)]
    public void The_conditions_of_optimality_hold(int rank)
    {
        var basis = Matrices.Random<double>(361, rank, 2, zeros: 0.5);
        var encoder = new NonnegativeEncoder<double>(basis);
        var rows = Matrices.Random<double>(50, 361, 3);
        for (var i = 0; i < rows.Rows; i++)
        {
            var code = new double[rank];
            encoder.Encode(rows.Row(i), code);
            AssertOptimal(basis, rows.Row(i), code, 1e-8);
        }
    }

    /// <summary>Columns that share all but a small part: the Gram matrix has a condition number of about 1/part².</summary>
    [Theory]
    [InlineData(1e-1)]
    [InlineData(1e-2)]
    [InlineData(1e-3)]
    public void The_conditions_of_optimality_hold_for_columns_that_are_nearly_alike(double part)
    {
        var basis = Matrices.Random<double>(40, 10, 4);
        for (var j = 0; j < 40; j++)
            for (var k = 0; k < 10; k++) basis[j, k] = (1 - part) * (j % 7 + 1) / 7 + part * basis[j, k];
        var encoder = new NonnegativeEncoder<double>(basis);
        var rows = Matrices.Random<double>(200, 40, 9);
        for (var i = 0; i < rows.Rows; i++)
        {
            var code = new double[10];
            encoder.Encode(rows.Row(i), code);
            AssertOptimal(basis, rows.Row(i), code, 1e-8);
        }
    }

    [Fact]
    public void Dependent_columns_still_give_a_minimum()
    {
        var basis = Matrices.Random<double>(20, 8, 5);
        for (var j = 0; j < 20; j++) basis[j, 7] = basis[j, 0] + basis[j, 1];
        var row = Matrices.Random<double>(1, 20, 6).Values;
        var code = new double[8];
        new NonnegativeEncoder<double>(basis).Encode(row, code);
        AssertOptimal(basis, row, code, 1e-6);
    }

    [Fact]
    public void One_row_many_rows_and_sparse_rows_agree()
    {
        var basis = Matrices.Random<float>(30, 7, 1, zeros: 0.4);
        var rows = Matrices.Random<float>(150, 30, 2, zeros: 0.7);
        var (starts, features, values) = Matrices.Compress(rows);
        var encoder = new NonnegativeEncoder<float>(basis);
        var all = encoder.Encode(new DenseData<float>(rows));
        var sparse = encoder.Encode(new SparseData<float>(150, 30, starts, features, values), maxThreads: 1);
        for (var i = 0; i < 150; i++)
        {
            float[] one = new float[7], few = new float[7];
            encoder.Encode(rows.Row(i), one);
            encoder.Encode(features.AsSpan(starts[i]..starts[i + 1]), values.AsSpan(starts[i]..starts[i + 1]), few);
            Assert.Equal(one, few);
            for (var k = 0; k < 7; k++)
            {
                Assert.Equal(one[k], all[i, k], 1e-4f);
                Assert.Equal(one[k], sparse[i, k], 1e-4f);
            }
        }
    }

    [Fact]
    public void A_fit_with_its_own_basis_cannot_be_improved_by_encoding_much()
    {
        var data = new DenseData<double>(Matrices.Random<double>(60, 30, 8));
        var result = NonnegativeFactorization.Fit(data, new() { Rank = 5, Tolerance = 0, MaxIterations = 300 });
        var codes = Panel<double>.From(new NonnegativeEncoder<double>(result.Basis).Encode(data));
        var error = Math.Sqrt(data.ResidualSquaredNorm(codes, Panel<double>.From(result.Basis), 1) / data.SquaredNorm);
        Assert.InRange(error, result.RelativeError - 1e-3, result.RelativeError + 1e-12);
    }

    [Fact]
    public void Zero_rows_and_zero_columns_get_zeros()
    {
        var basis = Matrices.Random<double>(10, 4, 1);
        for (var j = 0; j < 10; j++) basis[j, 2] = 0;
        var code = new double[4];
        new NonnegativeEncoder<double>(basis).Encode(new double[10], code);
        Assert.All(code, h => Assert.Equal(0, h));
        new NonnegativeEncoder<double>(basis).Encode(Matrices.Random<double>(1, 10, 3).Values, code);
        Assert.Equal(0, code[2]);
    }

    [Fact]
    public void Wrong_lengths_and_bad_values_are_refused()
    {
        var encoder = new NonnegativeEncoder<double>(Matrices.Random<double>(10, 4, 1));
        Assert.Throws<ArgumentException>(() => encoder.Encode(new double[9], new double[4]));
        Assert.Throws<ArgumentException>(() => encoder.Encode(new double[10], new double[3]));
        var row = new double[10];
        row[6] = double.NaN;
        Assert.Contains("feature 6", Assert.Throws<ArgumentException>(() => encoder.Encode(row, new double[4])).Message);
        Assert.Throws<ArgumentException>(() => encoder.Encode([10], new double[1], new double[4]));
        Assert.Throws<ArgumentException>(() => new NonnegativeEncoder<double>(Matrices.Random<double>(10, 4, 1), ridge: -1));
    }

    private static void AssertOptimal(DenseMatrix<double> basis, ReadOnlySpan<double> row, double[] code, double tolerance)
    {
        for (var k = 0; k < code.Length; k++)
        {
            var gradient = 0.0;
            for (var j = 0; j < basis.Rows; j++)
            {
                var model = 0.0;
                for (var l = 0; l < code.Length; l++) model += basis[j, l] * code[l];
                gradient += basis[j, k] * (model - row[j]);
            }
            Assert.True(code[k] >= 0);
            Assert.True(gradient >= -tolerance, $"coefficient {k}: slope {gradient}");
            if (code[k] > 0) Assert.InRange(gradient, -tolerance, tolerance);
        }
    }

    private static double BestOfAllSupports(DenseMatrix<double> basis, double[] row)
    {
        var best = row.Sum(x => x * x);
        for (var mask = 1; mask < 1 << basis.Columns; mask++)
        {
            int[] support = [.. Enumerable.Range(0, basis.Columns).Where(k => (mask >> k & 1) == 1)];
            var b = DenseMatrix.Create(basis.Rows, support.Length, (j, k) => basis[j, support[k]]);
            var gram = b.TransposeThisAndMultiply(b) + 1e-9 * DenseMatrix.CreateIdentity(support.Length);
            var solution = gram.Solve(b.TransposeThisAndMultiply(DenseVector.OfArray(row)));
            if (solution.Any(h => h < 0)) continue;
            var code = new double[basis.Columns];
            for (var k = 0; k < support.Length; k++) code[support[k]] = solution[k];
            best = Math.Min(best, Objective(basis, row, code));
        }
        return best;
    }

    private static double Objective(DenseMatrix<double> basis, double[] row, double[] code)
    {
        var sum = 0.0;
        for (var j = 0; j < basis.Rows; j++)
        {
            var model = 0.0;
            for (var k = 0; k < code.Length; k++) model += basis[j, k] * code[k];
            sum += (row[j] - model) * (row[j] - model);
        }
        return sum;
    }
}
