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
        Assert.Equal("s", Assert.Throws<ArgumentOutOfRangeException>(() => SparsityTarget.Hoyer(value)).ParamName);
        Assert.Equal("fraction", Assert.Throws<ArgumentOutOfRangeException>(() => SparsityTarget.Zeros(value)).ParamName);
    }
}
