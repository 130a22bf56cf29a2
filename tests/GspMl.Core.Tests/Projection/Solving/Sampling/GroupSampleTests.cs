using GspMl.Projection;
using GspMl.Projection.Solving;

namespace GspMl.Core.Tests.Projection.Solving.Sampling;

public class GroupSampleTests
{
    [Theory]
    [InlineData("rows", 0.8)]
    [InlineData("columns", 0.6)]
    [InlineData("long", 0.9)]
    [InlineData("own weights", 0.7)]
    public void The_first_bracket_holds_the_multiplier_of_the_whole_group(string shape, double target)
    {
        var (values, layout, weights) = SampleGroups.Shaped<float>(shape)[0];
        var found = new GspProjector<float>().Project(values, new float[values.Length], layout, SparsityTarget.Hoyer(target), weights);
        var bracket = First(values, layout, weights, target);
        Assert.InRange(found.Multiplier, bracket.Low, bracket.High);
        Assert.True(bracket.High - bracket.Low < found.Multiplier, $"{bracket} is wide for {found.Multiplier}");
    }

    private static unsafe Bracket First(float[] values, VectorLayout layout, float[] weights, double target)
    {
        var group = new Group<float>(new());
        var shapes = new VectorShapes<float>(group);
        var scan = new GroupScan<float>(group, shapes);
        fixed (float* c = values, w = weights)
        {
            group.Division.Add(new(c, null, null, layout, w, weights.Length));
            scan.Prepare();
            return new FirstBracket<float>(group, scan, shapes).ForHoyer(target);
        }
    }
}
