using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;
using GspMl.Projection;

namespace GspMl.Core.Tests.Factorization.Sparsity;

public class SparsityTests
{
    private static readonly DenseMatrix<double> X = Matrices.Random<double>(80, 50, 11);

    [Theory]
    [InlineData(NmfAlgorithm.Psnmf)]
    [InlineData(NmfAlgorithm.CPsnmf)]
    [InlineData(NmfAlgorithm.L1AHals)]
    public void The_basis_the_coefficients_or_both_reach_the_target(NmfAlgorithm algorithm)
    {
        var basis = Fit(new() { Rank = 6, Algorithm = algorithm, BasisSparsity = 0.8 });
        Assert.Equal(0.8, Average(basis.Basis), 1e-4);
        var coefficients = Fit(new() { Rank = 6, Algorithm = algorithm, CoefficientSparsity = 0.75 });
        Assert.Equal(0.75, Average(coefficients.Coefficients!), 1e-4);
        var both = Fit(new() { Rank = 6, Algorithm = algorithm, BasisSparsity = 0.8, CoefficientSparsity = 0.75 });
        // Targets are floors: from some starts the last sweeps end a little above one, which no projection undoes.
        Assert.InRange(Average(both.Basis), 0.8 - 1e-6, 0.801);
        Assert.InRange(Average(both.Coefficients!), 0.75 - 1e-6, 0.751);
        Assert.True(both.RelativeError > basis.RelativeError, "two constraints cannot fit better than one of them");
    }

    [Fact]
    public void What_the_result_says_is_what_the_factors_have()
    {
        var result = Fit(new() { Rank = 5, BasisSparsity = 0.7 });
        Assert.Equal(Average(result.Basis), result.BasisSparsity, 1e-12);
        Assert.Equal(Average(result.Coefficients!), result.CoefficientSparsity, 1e-12);
    }

    [Fact]
    public void Each_column_alone_reaches_the_target_with_cPSNMF_and_not_with_PSNMF()
    {
        Assert.All(Columns(Fit(new() { Rank = 6, Algorithm = NmfAlgorithm.CPsnmf, BasisSparsity = 0.8 }).Basis),
            s => Assert.InRange(s, 0.8 - 1e-6, 1));
        Assert.Contains(Columns(Fit(new() { Rank = 6, Algorithm = NmfAlgorithm.Psnmf, BasisSparsity = 0.8 }).Basis), s => s < 0.79);
    }

    [Fact]
    public void Sparser_means_a_larger_error()
    {
        double[] targets = [0.3, 0.6, 0.8, 0.95];
        var errors = targets.Select(s => Fit(new() { Rank = 5, BasisSparsity = s }).RelativeError).ToArray();
        Assert.Equal(errors.Order(), errors);
    }

    [Fact]
    public void A_target_below_what_the_data_asks_for_changes_nothing_in_the_fit()
    {
        var free = Fit(new() { Rank = 5 });
        var loose = Fit(new() { Rank = 5, BasisSparsity = 0.01 });
        Assert.True(loose.BasisSparsity > 0.01);
        Assert.Equal(free.RelativeError, loose.RelativeError, 0.005);
    }

    [Fact]
    public void Features_of_small_weight_are_fitted_better()
    {
        var weights = Enumerable.Range(0, 50).Select(j => j < 25 ? 0.1 : 1.0).ToArray();
        var plain = Fit(new() { Rank = 5, BasisSparsity = 0.8 });
        var weighted = Fit(new() { Rank = 5, BasisSparsity = 0.8, FeatureWeights = weights });
        Assert.True(ErrorShare(weighted) < ErrorShare(plain) - 0.02,
            $"{ErrorShare(weighted)} of the error in the cheap half, {ErrorShare(plain)} without weights");
        Assert.Equal(0.8, weighted.BasisSparsity, 1e-4);
    }

    /// <summary>The share of the squared error that lies in the first half of the features.</summary>
    private static double ErrorShare(NmfResult<double> result)
    {
        var model = Matrices.Product(result.Coefficients!, result.Basis.Transpose());
        double Sum(int from, int to) =>
            Enumerable.Range(0, X.Rows).Sum(i => Enumerable.Range(from, to - from).Sum(j => Math.Pow(X[i, j] - model[i, j], 2)));
        return Sum(0, 25) / Sum(0, 50);
    }

    private static NmfResult<double> Fit(NmfOptions options) =>
        NonnegativeFactorization.Fit(new DenseData<double>(X), options with { MaxIterations = 60, Tolerance = 0 });

    private static double Average(DenseMatrix<double> factor) => Columns(factor).Average();

    private static double[] Columns(DenseMatrix<double> factor)
    {
        var transposed = factor.Transpose();
        return [.. Enumerable.Range(0, factor.Columns).Select(k => HoyerSparsity.Of<double>(transposed.Row(k)))];
    }
}
