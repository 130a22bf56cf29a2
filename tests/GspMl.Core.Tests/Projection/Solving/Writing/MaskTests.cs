using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Solving.Writing;

public class MaskTests
{
    public static TheoryData<string> Shapes => [.. SampleGroups.Shapes.Where(shape => shape != "ragged")];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_support_is_where_the_projection_is_not_zero(string shape)
    {
        var (values, layout, weights) = SampleGroups.Shaped<float>(shape)[0];
        var (written, mask, projector) = (new float[values.Length], new bool[values.Length], new GspProjector<float>());
        foreach (var target in new[] { SparsityTarget.Hoyer(0.7), SparsityTarget.Zeros(0.6) })
        {
            var projected = projector.Project(values, written, layout, target, weights);
            var selected = projector.SelectSupport(values, mask, layout, target, weights);
            Assert.Equal(projected, selected);
            Assert.Equal(written.Select(x => x != 0), mask);
        }
    }
}
