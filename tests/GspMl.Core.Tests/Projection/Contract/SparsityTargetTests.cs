using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Contract;

public class SparsityTargetTests
{
    [Fact]
    public void A_variable_that_nothing_was_assigned_to_is_no_target()
    {
        Assert.False(default(SparsityTarget).IsSet);
        Assert.True(SparsityTarget.Hoyer(0).IsSet);
        Assert.True(SparsityTarget.Zeros(0).IsSet);
        Assert.NotEqual(SparsityTarget.Hoyer(0), default);
        Assert.Equal("no target", default(SparsityTarget).ToString());
        Assert.Equal("Hoyer sparsity 0.5", SparsityTarget.Hoyer(0.5).ToString());
        Assert.Equal("zeros 0.25", SparsityTarget.Zeros(0.25).ToString());
    }

    [Fact]
    public void No_target_is_refused_and_nothing_is_written()
    {
        var layout = VectorLayout.Rows(2, 3);
        double[] source = [1, 2, 3, 4, 5, 6];
        var (group, values, mask) = (new VectorGroup<double>(), source.ToArray(), new bool[6]);
        group.Add(values, layout);
        var projector = new GspProjector<double>();
        Assert.Equal("target", Refused(() => projector.Project(source, values, layout, default)));
        Assert.Equal("target", Refused(() => projector.Project(group, default)));
        Assert.Equal("target", Refused(() => projector.SelectSupport(source, mask, layout, default)));
        Assert.Equal("target", Refused(() => GroupedSparseProjection.Project(group, default)));
        Assert.Equal(source, values);

        static string? Refused(Action call) => Assert.Throws<ArgumentException>(call).ParamName;
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_target_lies_between_0_and_1(double value)
    {
        var sparsity = Assert.Throws<ArgumentOutOfRangeException>(() => SparsityTarget.Hoyer(value));
        Assert.Equal("s", sparsity.ParamName);
        Assert.StartsWith($"A target sparsity must lie in [0,1]; it is {value}.", sparsity.Message, StringComparison.Ordinal);
        var fraction = Assert.Throws<ArgumentOutOfRangeException>(() => SparsityTarget.Zeros(value));
        Assert.Equal("fraction", fraction.ParamName);
        Assert.StartsWith($"A target fraction of zeros must lie in [0,1]; it is {value}.", fraction.Message, StringComparison.Ordinal);
    }
}
