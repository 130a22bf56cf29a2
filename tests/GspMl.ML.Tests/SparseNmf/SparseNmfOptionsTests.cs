using GspMl.Factorization;
using Microsoft.ML;
using Options = GspMl.ML.SparseNmfEstimator.Options;

namespace GspMl.ML.Tests.SparseNmf;

public class SparseNmfOptionsTests
{
    private readonly MLContext ml = new(seed: 1);

    public static TheoryData<string, Options> OutOfRange() => new()
    {
        { nameof(Options.OutputColumnName), new() { OutputColumnName = " " } },
        { nameof(Options.InputColumnName), new() { InputColumnName = "" } },
        { nameof(Options.Rank), new() { Rank = 0 } },
        { nameof(Options.Sparsity), new() { Sparsity = 1.2 } },
        { nameof(Options.Sparsity), new() { Sparsity = double.NaN } },
        { nameof(Options.CoefficientSparsity), new() { CoefficientSparsity = double.NaN } },
        { nameof(Options.FeatureWeights), new() { FeatureWeights = [0, 0] } },
        { nameof(Options.FeatureWeights), new() { FeatureWeights = [1, float.NaN] } },
        { nameof(Options.FeatureWeights), new() { FeatureWeights = [1, 2], Sparsity = null } },
        { nameof(Options.Initialization), new() { Initialization = (NmfInitialization)99 } },
        { nameof(Options.MaxIterations), new() { MaxIterations = 0 } },
        { nameof(Options.Tolerance), new() { Tolerance = -1 } },
        { nameof(Options.Tolerance), new() { Tolerance = double.NaN } },
        { nameof(Options.Tolerance), new() { Tolerance = double.PositiveInfinity } },
        { nameof(Options.MaxTime), new() { MaxTime = TimeSpan.FromSeconds(-1) } },
        { nameof(Options.MaxThreads), new() { MaxThreads = -1 } },
        { nameof(Options.MaxValuesInMemory), new() { MaxValuesInMemory = -1 } },
        { nameof(Options.Algorithm), new() { Algorithm = (NmfAlgorithm)99 } },
        { nameof(Options.Algorithm), new() { Algorithm = NmfAlgorithm.AHals } },
        { nameof(Options.Algorithm), new() { Algorithm = NmfAlgorithm.Psnmf, Sparsity = null } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_outside_its_range_is_named(string option, Options options)
    {
        OptionRefusals.OutOfRange(option, () => ml.Transforms.SparseNmf(options));
        OptionRefusals.OutOfRange(option, () => new SparseNmfEstimator(options));
    }

    [Fact]
    public void What_must_not_be_null_is_named()
    {
        OptionRefusals.Null("options", () => ml.Transforms.SparseNmf(options: null!));
        OptionRefusals.Null("options", () => new SparseNmfEstimator(null!));
        OptionRefusals.Null("catalog", () => ((TransformsCatalog)null!).SparseNmf(new Options()));
        OptionRefusals.Null(nameof(Options.OutputColumnName), () => ml.Transforms.SparseNmf(new Options { OutputColumnName = null! }));
    }

    [Fact]
    public void What_becomes_of_a_list_later_does_not_matter()
    {
        var data = ml.Vectors(FactorisedParts.Parts(80, 6, 2, seed: 2));
        List<float> weights = [1, 1, 1, 0.1f, 0.1f, 0.1f];
        var options = FactorisedParts.Options(2, 0.6) with { Seed = 1, FeatureWeights = weights };
        var expected = new SparseNmfEstimator(options with { FeatureWeights = [.. weights] }).Fit(data).Basis.Values;
        var estimator = new SparseNmfEstimator(options);
        for (var i = 0; i < weights.Count; i++) weights[i] = -1;
        weights.Add(7);
        Assert.Equal(expected, estimator.Fit(data).Basis.Values);
    }
}
