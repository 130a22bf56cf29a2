using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Contract;

public class ProjectionOptionsTests
{
    public static TheoryData<string, ProjectionOptions, string> OutOfRange => new()
    {
        { nameof(ProjectionOptions.Tolerance), new() { Tolerance = 0 }, "A tolerance must be positive; it is 0." },
        { nameof(ProjectionOptions.Tolerance), new() { Tolerance = -1 }, "A tolerance must be positive; it is -1." },
        { nameof(ProjectionOptions.Tolerance), new() { Tolerance = double.NaN }, "A tolerance must be positive; it is NaN." },
        { nameof(ProjectionOptions.MaxThreads), new() { MaxThreads = -1 }, "MaxThreads is -1; it is 0 (all processors) or more." },
        { nameof(ProjectionOptions.Values), new() { Values = (ProjectionValues)99 }, "99 is no ProjectionValues." },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_range_is_named(string property, ProjectionOptions options, string words)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new GspProjector<float>(options));
        Assert.Equal(property, error.ParamName);
        Assert.StartsWith(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tolerance_is_that_of_the_number_type()
    {
        Assert.Equal(1e-6, GspProjector<float>.DefaultTolerance);
        Assert.Equal(1e-10, GspProjector<double>.DefaultTolerance);
    }
}
