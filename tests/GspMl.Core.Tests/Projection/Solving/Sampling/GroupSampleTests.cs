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

    [Fact]
    public void Columns_side_by_side_that_are_alike_tell_no_more_than_one_of_them()
    {
        const int columns = 2048, length = 100, alike = 4;
        var layout = VectorLayout.Columns(columns, length);
        var (same, differing) = (0.0, 0.0);
        for (var seed = 1; seed <= 6; seed++)
        {
            var each = SampleGroups.Gaussian<float>(columns * length, seed);
            differing += Width(each);
            same += Width([.. each.Select((_, at) => each[at / alike * alike])]);
        }
        // Twice, but for what the errors of so few differ by.
        Assert.True(same > 1.4 * differing, $"{same}, and {differing} where they differ");

        double Width(float[] values)
        {
            var bracket = First(values, layout, [], 0.8);
            return bracket.High - bracket.Low;
        }
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
