using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Contract;

public class ProjectionOptionsTests
{
    public static TheoryData<string, ProjectionOptions> OutOfRange => new()
    {
        { nameof(ProjectionOptions.Tolerance), new() { Tolerance = 0 } },
        { nameof(ProjectionOptions.Tolerance), new() { Tolerance = double.NaN } },
        { nameof(ProjectionOptions.MaxThreads), new() { MaxThreads = -1 } },
        { nameof(ProjectionOptions.Values), new() { Values = (ProjectionValues)99 } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_range_is_named(string property, ProjectionOptions options) =>
        Assert.Equal(property, Assert.Throws<ArgumentOutOfRangeException>(() => new GspProjector<float>(options)).ParamName);

    [Fact]
    public void The_tolerance_is_that_of_the_number_type()
    {
        Assert.Equal(1e-6, GspProjector<float>.DefaultTolerance);
        Assert.Equal(1e-10, GspProjector<double>.DefaultTolerance);
    }
}
