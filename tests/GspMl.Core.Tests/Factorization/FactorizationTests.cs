using System.Numerics;
using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization;

public abstract class FactorizationTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double Rounding = typeof(T) == typeof(float) ? 1e-4 : 1e-9;

    /// <summary>Every algorithm with every start.</summary>
    public static TheoryData<NmfAlgorithm, NmfInitialization> Cases
    {
        get
        {
            var cases = new TheoryData<NmfAlgorithm, NmfInitialization>();
            foreach (var algorithm in Enum.GetValues<NmfAlgorithm>())
                foreach (var start in Enum.GetValues<NmfInitialization>()) cases.Add(algorithm, start);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reported_error_is_that_of_the_factors(NmfAlgorithm algorithm, NmfInitialization start)
    {
        var x = LowRank(60, 40, 5);
        var result = NonnegativeFactorization.Fit(new DenseData<T>(x), Options(algorithm) with { Initialization = start });
        Assert.Equal(Matrices.RelativeError(x, result.Coefficients!, result.Basis), result.RelativeError, Rounding);
        Assert.Equal(result.Trace.Min(i => i.RelativeError), result.RelativeError, 10 * Rounding);
        Assert.All(result.Basis.Values, value => Assert.True(value >= T.Zero));
        Assert.All(result.Coefficients!.Values, value => Assert.True(value >= T.Zero));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Dense_and_sparse_data_give_the_same_factors(NmfAlgorithm algorithm, NmfInitialization start)
    {
        var x = Matrices.Random<T>(40, 30, 3, zeros: 0.6);
        // Zeros are stored, since the number of stored values decides the number of inner steps.
        var (starts, features, values) = Matrices.Compress(x, keepZeros: true);
        var options = Options(algorithm) with { Initialization = start, MaxIterations = 15 };
        var dense = NonnegativeFactorization.Fit(new DenseData<T>(x), options);
        var sparse = NonnegativeFactorization.Fit(new SparseData<T>(40, 30, starts, features, values), options);
        // The order of sums differs, and iterations magnify it; the errors must stay together.
        Assert.Equal(dense.RelativeError, sparse.RelativeError, typeof(T) == typeof(float) ? 2e-3 : 1e-6);
    }

    [Theory]
    [InlineData(NmfAlgorithm.AHals)]
    [InlineData(NmfAlgorithm.NeNmf)]
    [InlineData(NmfAlgorithm.Psnmf)]
    [InlineData(NmfAlgorithm.CPsnmf)]
    public void The_error_does_not_rise(NmfAlgorithm algorithm)
    {
        var trace = NonnegativeFactorization.Fit(new DenseData<T>(LowRank(70, 50, 6)),
            Options(algorithm) with { MaxIterations = 80, Extrapolate = false }).Trace;
        for (var i = 2; i < trace.Count; i++)
            Assert.True(trace[i].RelativeError <= trace[i - 1].RelativeError + Rounding,
                $"iteration {trace[i].Iteration}: {trace[i - 1].RelativeError} to {trace[i].RelativeError}");
    }

    [Theory]
    [InlineData(NmfAlgorithm.AHals)]
    [InlineData(NmfAlgorithm.NeNmf)]
    [InlineData(NmfAlgorithm.Psnmf)]
    [InlineData(NmfAlgorithm.CPsnmf)]
    [InlineData(NmfAlgorithm.L1AHals)]
    public void Extrapolation_keeps_the_constraint_and_reaches_at_least_nearly_the_same_error(NmfAlgorithm algorithm)
    {
        var data = new DenseData<T>(LowRank(70, 50, 6));
        var options = Options(algorithm) with { MaxIterations = 100 };
        var plain = NonnegativeFactorization.Fit(data, options with { Extrapolate = false });
        var extrapolated = NonnegativeFactorization.Fit(data, options);
        Assert.InRange(extrapolated.RelativeError, 0, plain.RelativeError * 1.1 + Rounding);
        if (options.BasisSparsity is { } s) Assert.InRange(extrapolated.BasisSparsity, s - 1e-4, 1);
        Assert.All(extrapolated.Basis.Values, value => Assert.True(value >= T.Zero));
        Assert.All(extrapolated.Coefficients!.Values, value => Assert.True(value >= T.Zero));
    }

    [Theory]
    [InlineData(NmfAlgorithm.AHals)]
    [InlineData(NmfAlgorithm.NeNmf)]
    public void Data_of_low_rank_is_nearly_recovered(NmfAlgorithm algorithm)
    {
        var result = NonnegativeFactorization.Fit(new DenseData<T>(LowRank(80, 60, 4)),
            new() { Rank = 4, Algorithm = algorithm, Tolerance = 0, MaxIterations = 400 });
        Assert.InRange(result.RelativeError, 0, 0.01);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Any_number_of_threads_gives_the_same_bits(NmfAlgorithm algorithm, NmfInitialization start)
    {
        var data = new DenseData<T>(LowRank(600, 90, 5));
        var options = Options(algorithm) with { Initialization = start, MaxIterations = 4 };
        var one = NonnegativeFactorization.Fit(data, options with { MaxThreads = 1 });
        var all = NonnegativeFactorization.Fit(data, options with { MaxThreads = 4 });
        Assert.Equal(one.Basis.Values, all.Basis.Values);
        Assert.Equal(one.Coefficients!.Values, all.Coefficients!.Values);
        Assert.Equal(one.RelativeError, all.RelativeError);
    }

    [Theory]
    [InlineData(NmfAlgorithm.AHals)]
    [InlineData(NmfAlgorithm.Psnmf)]
    public void Any_number_of_threads_gives_the_same_bits_for_sparse_data(NmfAlgorithm algorithm)
    {
        var (starts, features, values) = Matrices.Compress(Matrices.Random<T>(500, 120, 3, zeros: 0.8));
        var data = new SparseData<T>(500, 120, starts, features, values);
        var options = Options(algorithm) with { MaxIterations = 4 };
        var one = NonnegativeFactorization.Fit(data, options with { MaxThreads = 1 });
        var all = NonnegativeFactorization.Fit(data, options with { MaxThreads = 4 });
        Assert.Equal(one.Basis.Values, all.Basis.Values);
        Assert.Equal(one.Coefficients!.Values, all.Coefficients!.Values);
    }

    [Fact]
    public void Zero_rows_and_zero_features_get_zero_entries()
    {
        var x = LowRank(30, 20, 3);
        x.Row(7).Clear();
        for (var i = 0; i < 30; i++) x[i, 4] = T.Zero;
        foreach (var algorithm in Enum.GetValues<NmfAlgorithm>())
        {
            var result = NonnegativeFactorization.Fit(new DenseData<T>(x), Options(algorithm));
            Assert.All(result.Coefficients!.Row(7).ToArray(), value => Assert.True(value < T.CreateChecked(1e-4), $"{algorithm}: {value}"));
            Assert.All(result.Basis.Row(4).ToArray(), value => Assert.True(value < T.CreateChecked(1e-4), $"{algorithm}: {value}"));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rank_above_the_dimensions_is_allowed(NmfAlgorithm algorithm, NmfInitialization start)
    {
        var result = NonnegativeFactorization.Fit(new DenseData<T>(LowRank(9, 6, 3)),
            Options(algorithm) with { Rank = 11, Initialization = start });
        Assert.Equal((6, 11, 9), (result.Basis.Rows, result.Basis.Columns, result.Coefficients!.Rows));
        Assert.True(double.IsFinite(result.RelativeError));
        if (algorithm is NmfAlgorithm.AHals or NmfAlgorithm.NeNmf) Assert.InRange(result.RelativeError, 0, 0.05);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Data_that_is_all_zero_has_error_zero(NmfAlgorithm algorithm, NmfInitialization start)
    {
        var result = NonnegativeFactorization.Fit(new DenseData<T>(new DenseMatrix<T>(8, 5)),
            Options(algorithm) with { Initialization = start });
        Assert.Equal(0, result.RelativeError);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_single_sample_or_feature_is_fitted(NmfAlgorithm algorithm, NmfInitialization start)
    {
        var options = Options(algorithm) with { Rank = 2, Initialization = start };
        Assert.True(double.IsFinite(NonnegativeFactorization.Fit(new DenseData<T>(Matrices.Random<T>(1, 6, 1)), options).RelativeError));
        var feature = new DenseData<T>(Matrices.Random<T>(6, 1, 1));
        var free = options with { Algorithm = options.BasisSparsity is null ? algorithm : NmfAlgorithm.AHals, BasisSparsity = null };
        Assert.True(double.IsFinite(NonnegativeFactorization.Fit(feature, free).RelativeError));
    }

    [Fact]
    public void A_target_is_refused_where_no_sparsity_is_defined()
    {
        var (feature, sample) = (new DenseData<T>(Matrices.Random<T>(6, 1, 1)), new DenseData<T>(Matrices.Random<T>(1, 6, 1)));
        var basis = Assert.Throws<ArgumentException>(() => NonnegativeFactorization.Fit(feature, new() { Rank = 1, BasisSparsity = 0.5 }));
        var coefficients = Assert.Throws<ArgumentException>(
            () => NonnegativeFactorization.Fit(sample, new() { Rank = 1, CoefficientSparsity = 0.5 }));
        Assert.Contains("one feature", basis.Message, StringComparison.Ordinal);
        Assert.Contains("one sample", coefficients.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scale_of_the_data_does_not_matter()
    {
        var x = LowRank(30, 20, 3);
        var large = x.Clone();
        var scale = typeof(T) == typeof(float) ? 1e12 : 1e100;
        for (var i = 0; i < large.Values.Length; i++) large.Values[i] *= T.CreateChecked(scale);
        var options = Options(NmfAlgorithm.Psnmf) with { MaxIterations = 20 };
        var expected = NonnegativeFactorization.Fit(new DenseData<T>(x), options).RelativeError;
        Assert.Equal(expected, NonnegativeFactorization.Fit(new DenseData<T>(large), options).RelativeError,
            typeof(T) == typeof(float) ? 2e-3 : 1e-5);
    }

    private static NmfOptions Options(NmfAlgorithm algorithm) => new()
    {
        Rank = 4,
        Algorithm = algorithm,
        BasisSparsity = algorithm is NmfAlgorithm.AHals or NmfAlgorithm.NeNmf ? null : 0.5,
        MaxIterations = 60,
        Tolerance = 0,
        Seed = 5,
    };

    internal static DenseMatrix<T> LowRank(int rows, int columns, int rank)
    {
        var product = Matrices.Product(Matrices.Random<double>(rows, rank, 1, zeros: 0.4),
            Matrices.Random<double>(rank, columns, 2, zeros: 0.4));
        return new(rows, columns, [.. product.Cast<double>().Select(T.CreateChecked)]);
    }
}

public sealed class SingleFactorizationTests : FactorizationTests<float>;

public sealed class DoubleFactorizationTests : FactorizationTests<double>;
