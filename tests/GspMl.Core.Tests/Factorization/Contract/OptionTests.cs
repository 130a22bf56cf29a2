using GspMl.Core.Tests.LinearAlgebra;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization.Contract;

public class OptionTests
{
    private static readonly DenseData<double> Data = new(Matrices.Random<double>(20, 10, 1));

    public static TheoryData<string, string, NmfOptions> Contradictions => new()
    {
        { "Rank", "Rank is 0", new() { Rank = 0 } },
        { "MaxIterations", "MaxIterations is 0", new() { Rank = 2, MaxIterations = 0 } },
        { "MaxThreads", "MaxThreads is -1", new() { Rank = 2, MaxThreads = -1 } },
        { "Tolerance", "Tolerance is NaN", new() { Rank = 2, Tolerance = double.NaN } },
        { "MaxTime", "MaxTime is -00:00:01", new() { Rank = 2, MaxTime = TimeSpan.FromSeconds(-1) } },
        { "BasisSparsity", "BasisSparsity is 1.1", new() { Rank = 2, BasisSparsity = 1.1 } },
        { "CoefficientSparsity", "CoefficientSparsity is NaN", new() { Rank = 2, CoefficientSparsity = double.NaN } },
        { "Algorithm", "imposes no sparsity", new() { Rank = 2, Algorithm = NmfAlgorithm.AHals, BasisSparsity = 0.5 } },
        { "Algorithm", "99 is no NmfAlgorithm", new() { Rank = 2, Algorithm = (NmfAlgorithm)99 } },
        { "Initialization", "99 is no NmfInitialization", new() { Rank = 2, Initialization = (NmfInitialization)99 } },
        { "Algorithm", "needs a sparsity", new() { Rank = 2, Algorithm = NmfAlgorithm.Psnmf } },
        { "FeatureWeights", "need a BasisSparsity", new() { Rank = 2, FeatureWeights = new double[10] } },
        { "FeatureWeights", "10 features need 10 weights; 3", new() { Rank = 2, BasisSparsity = 0.5, FeatureWeights = [1, 1, 1] } },
        { "FeatureWeights", "weight of feature 1 is -1", new() { Rank = 2, BasisSparsity = 0.5, FeatureWeights = [1, -1, .. Ones(8)] } },
        { "FeatureWeights", "All feature weights are 0", new() { Rank = 2, BasisSparsity = 0.5, FeatureWeights = new double[10] } },
    };

    private static IEnumerable<double> Ones(int count) => Enumerable.Repeat(1.0, count);

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void A_contradiction_is_refused_before_any_work(string property, string message, NmfOptions options)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => NonnegativeFactorization.Fit(Data, options));
        Assert.Equal(property, error.ParamName);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void No_options_are_no_argument()
    {
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => NonnegativeFactorization.Fit(Data, null!)).ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => NonnegativeFactorization.Fit(
            new Rows<double>(new(3, 2)), null!)).ParamName);
    }

    [Fact]
    public void Data_of_another_number_type_are_refused_and_parts_that_are_none() =>
        Assert.Multiple(
            () => Assert.Throws<NotSupportedException>(() => new DenseData<Half>(new Half[4], 2, 2)),
            () => Assert.Throws<ArgumentException>(() => new StackedData<double>([Data, null!])));

    [Fact]
    public void Starting_factors_of_the_wrong_shape_or_value_are_refused()
    {
        var options = new NmfOptions { Rank = 3 };
        DenseMatrix<double> basis = Matrices.Random<double>(10, 3, 1), coefficients = Matrices.Random<double>(20, 3, 2);
        Assert.Contains("10 x 3 are needed", Assert.Throws<ArgumentException>(() => NonnegativeFactorization.Fit(
            Data, options, new(coefficients, coefficients))).Message);
        coefficients[4, 1] = -1;
        Assert.Contains("-1 at row 4, column 1", Assert.Throws<ArgumentException>(() => NonnegativeFactorization.Fit(
            Data, options, new(basis, coefficients))).Message);
    }

    [Fact]
    public void Starting_factors_are_not_changed()
    {
        DenseMatrix<double> basis = Matrices.Random<double>(10, 3, 1), coefficients = Matrices.Random<double>(20, 3, 2);
        var (b, c) = (basis.Clone(), coefficients.Clone());
        NonnegativeFactorization.Fit(Data, new() { Rank = 3 }, new(basis, coefficients));
        Assert.Equal(b.Values, basis.Values);
        Assert.Equal(c.Values, coefficients.Values);
    }

    [Fact]
    public void Progress_is_the_trace()
    {
        var reports = new Reports();
        var result = NonnegativeFactorization.Fit(Data, new() { Rank = 3, MaxIterations = 12, Tolerance = 0 }, progress: reports);
        Assert.Equal(result.Trace, reports);
        Assert.Equal(Enumerable.Range(1, 12), result.Trace.Select(i => i.Iteration));
        Assert.Equal((NmfEnding.MaxIterations, 12), (result.Ending, result.Iterations));
    }

    [Fact]
    public void A_cancelled_fit_throws_after_the_iteration_under_way()
    {
        using var source = new CancellationTokenSource();
        var reports = new Reports(i => { if (i.Iteration == 5) source.Cancel(); });
        var options = new NmfOptions { Rank = 3, Tolerance = 0 };
        Assert.Throws<OperationCanceledException>(() => NonnegativeFactorization.Fit(
            Data, options, progress: reports, cancel: source.Token));
        Assert.Equal(5, reports.Count);
    }

    [Fact]
    public void A_flat_error_ends_the_fit()
    {
        var result = NonnegativeFactorization.Fit(Data, new() { Rank = 3, Tolerance = 1e-2, MaxIterations = 10000 });
        Assert.Equal(NmfEnding.Converged, result.Ending);
        Assert.InRange(result.Iterations, 11, 1000);
    }

    [Fact]
    public void Time_that_is_up_ends_the_fit_after_an_iteration() =>
        Assert.Equal((NmfEnding.MaxTime, 1), NonnegativeFactorization.Fit(
            Data, new() { Rank = 3, MaxTime = TimeSpan.Zero, Tolerance = 0 }) is var r ? (r.Ending, r.Iterations) : default);

    [Fact]
    public void The_same_seed_gives_the_same_factors_and_another_seed_others()
    {
        var options = new NmfOptions { Rank = 3, MaxIterations = 3, Seed = 1 };
        var first = NonnegativeFactorization.Fit(Data, options).Basis.Values;
        Assert.Equal(first, NonnegativeFactorization.Fit(Data, options).Basis.Values);
        Assert.NotEqual(first, NonnegativeFactorization.Fit(Data, options with { Seed = 2 }).Basis.Values);
    }

    private sealed class Reports(Action<NmfIteration>? then = null) : List<NmfIteration>, IProgress<NmfIteration>
    {
        public void Report(NmfIteration value)
        {
            Add(value);
            then?.Invoke(value);
        }
    }
}
