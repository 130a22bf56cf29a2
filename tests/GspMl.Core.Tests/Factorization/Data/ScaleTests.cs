using System.Numerics;
using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization.Data;

/// <summary>The scale of the data changes the scale of the factors, and nothing else.</summary>
public abstract class ScaleTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static TheoryData<NmfAlgorithm, NmfInitialization, int> Cases
    {
        get
        {
            var cases = new TheoryData<NmfAlgorithm, NmfInitialization, int>();
            int[] powers = typeof(T) == typeof(float) ? [-100, -64, -32, 32, 64, 120] : [-460, -260, 260, 460];
            foreach (var algorithm in Enum.GetValues<NmfAlgorithm>())
                foreach (var power in powers)
                    cases.Add(algorithm, power % 3 == 1 ? NmfInitialization.Nndsvd : NmfInitialization.Random, power);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_power_of_two_on_the_data_is_one_on_the_factors(NmfAlgorithm algorithm, NmfInitialization start, int power)
    {
        var x = Matrices.Random<T>(30, 20, 3, zeros: 0.3);
        var options = new NmfOptions
        {
            Rank = 4,
            Algorithm = algorithm,
            BasisSparsity = algorithm is NmfAlgorithm.AHals or NmfAlgorithm.NeNmf ? null : 0.6,
            Initialization = start,
            MaxIterations = 20
        };
        var plain = NonnegativeFactorization.Fit(new DenseData<T>(x), options);
        var scaled = NonnegativeFactorization.Fit(new DenseData<T>(Times(x, power)), options);
        Assert.Equal(plain.RelativeError, scaled.RelativeError, typeof(T) == typeof(float) ? 1e-3 : 1e-9);
        Assert.Equal(plain.BasisSparsity, scaled.BasisSparsity, 1e-2);
        var (starts, features, values) = Matrices.Compress(Times(x, power), keepZeros: true);
        var sparse = NonnegativeFactorization.Fit(new SparseData<T>(30, 20, starts, features, values), options);
        Assert.Equal(plain.RelativeError, sparse.RelativeError, typeof(T) == typeof(float) ? 2e-3 : 1e-6);
    }

    [Fact]
    public void Streamed_rows_are_brought_to_scale_too()
    {
        var x = Matrices.Random<T>(96, 20, 5);
        var options = new NmfOptions { Rank = 3, MaxIterations = 5 };
        var power = typeof(T) == typeof(float) ? -100 : -400;
        var plain = NonnegativeFactorization.Fit(new Rows<T>(x), options, batchRows: 32);
        var scaled = NonnegativeFactorization.Fit(new Rows<T>(Times(x, power)), options, batchRows: 32);
        Assert.Equal(plain.RelativeError, scaled.RelativeError, 1e-4);
        var (expected, largest) = (double.CreateChecked(plain.Basis.Values.Max()),
            Math.ScaleB(double.CreateChecked(scaled.Basis.Values.Max()), -power / 2));
        Assert.InRange(largest / expected, 0.1, 10);
    }

    [Fact]
    public void Factors_to_start_from_are_scaled_with_the_data()
    {
        var x = Matrices.Random<T>(30, 20, 3);
        var power = typeof(T) == typeof(float) ? 100 : 400;
        var (basis, coefficients) = (Matrices.Random<T>(20, 3, 8), Matrices.Random<T>(30, 3, 9));
        var options = new NmfOptions { Rank = 3, MaxIterations = 1 };
        var plain = NonnegativeFactorization.Fit(new DenseData<T>(x), options, new(basis, coefficients));
        var scaled = NonnegativeFactorization.Fit(new DenseData<T>(Times(x, power)), options,
            new(Times(basis, power / 2), Times(coefficients, power / 2)));
        Assert.Equal(plain.RelativeError, scaled.RelativeError, 1e-5);
    }

    [Fact]
    public void Rows_far_from_1_are_encoded_alike_one_by_one_and_together()
    {
        foreach (var power in typeof(T) == typeof(float) ? new[] { -100, 120 } : [-900, 900])
        {
            var (x, basis) = (Times(Matrices.Random<T>(10, 20, 3), power), Times(Matrices.Random<T>(20, 3, 8), power / 2));
            var encoder = new NonnegativeEncoder<T>(basis);
            var together = encoder.Encode(new DenseData<T>(x));
            var one = new T[3];
            for (var i = 0; i < x.Rows; i++)
            {
                encoder.Encode(x.Row(i), one);
                for (var k = 0; k < 3; k++)
                    Assert.Equal(double.CreateChecked(one[k]), double.CreateChecked(together[i, k]), Math.ScaleB(1e-4, power / 2));
            }
        }
    }

    [Fact]
    public void Squares_that_double_cannot_hold_are_refused()
    {
        if (typeof(T) == typeof(float)) return;
        foreach (var power in new[] { -600, 600 })
            Assert.Throws<ArgumentException>(() => NonnegativeFactorization.Fit(
                new DenseData<T>(Times(Matrices.Random<T>(6, 5, 3), power)), new NmfOptions { Rank = 2 }));
    }

    private static DenseMatrix<T> Times(DenseMatrix<T> matrix, int power) =>
        new(matrix.Rows, matrix.Columns, Array.ConvertAll(matrix.Values, value => T.ScaleB(value, power)));
}

public sealed class SingleScaleTests : ScaleTests<float>;

public sealed class DoubleScaleTests : ScaleTests<double>;
