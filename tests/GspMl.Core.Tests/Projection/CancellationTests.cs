using System.Numerics;
using GspMl.Projection;

namespace GspMl.Core.Tests.Projection;

/// <summary>Cancelling after every single pass over the data: either nothing has been written, or everything.</summary>
public class CancellationTests
{
    public static TheoryData<string, double, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, double, bool>();
            foreach (var shape in SampleGroups.Shapes)
            {
                cases.Add(shape, 0.8, false);
                cases.Add(shape, 0.5, true);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void In_place_a_cancelled_projection_changes_nothing(string shape, double value, bool zeros)
    {
        var target = zeros ? SparsityTarget.Zeros(value) : SparsityTarget.Hoyer(value);
        var projector = new GspProjector<float>();
        var passes = 0;
        projector.Passed = () => passes++;
        var (wanted, result) = Projected(projector, shape, target, default);
        Assert.True(passes >= 2, $"{passes} passes");
        for (var (last, pass) = (passes, 1); pass <= last; pass++)
        {
            using var cancel = new CancellationTokenSource();
            var passed = 0;
            projector.Passed = () =>
            {
                if (++passed == pass) cancel.Cancel();
            };
            var blocks = SampleGroups.Shaped<float>(shape);
            if (pass == last)
            {
                // It was cancelled when all had been written: the call completes.
                Assert.Equal(result, projector.Project(Group(blocks), target, cancel.Token));
                Assert.Equal(wanted, blocks.Select(block => block.Values));
                continue;
            }
            Assert.Throws<OperationCanceledException>(() => projector.Project(Group(blocks), target, cancel.Token));
            Assert.Equal(SampleGroups.Shaped<float>(shape).Select(block => block.Values), blocks.Select(block => block.Values));
            Assert.Equal(pass, passed);
        }
    }

    private static (float[][] X, ProjectionResult Result) Projected(
        GspProjector<float> projector, string shape, SparsityTarget target, CancellationToken cancel)
    {
        var blocks = SampleGroups.Shaped<float>(shape);
        var result = projector.Project(Group(blocks), target, cancel);
        return ([.. blocks.Select(block => block.Values)], result);
    }

    private static VectorGroup<T> Group<T>((T[] Values, VectorLayout Layout, T[] Weights)[] blocks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var group = new VectorGroup<T>();
        foreach (var (values, layout, weights) in blocks) group.Add(values, layout, weights);
        return group;
    }

    [Fact]
    public void Elsewhere_a_cancelled_projection_leaves_the_destination_as_it_was()
    {
        var (source, layout) = (SampleGroups.Gaussian<float>(200 * 500, 1), VectorLayout.Rows(200, 500));
        var (destination, mask) = (new float[source.Length], new bool[source.Length]);
        using var cancel = new CancellationTokenSource();
        var projector = new GspProjector<float> { Passed = cancel.Cancel };
        Assert.Throws<OperationCanceledException>(() => projector.Project(
            source, destination, layout, SparsityTarget.Hoyer(0.8), default, cancel.Token));
        Assert.Throws<OperationCanceledException>(() => projector.SelectSupport(
            source, mask, layout, SparsityTarget.Zeros(0.8), default, cancel.Token));
        Assert.All(destination, x => Assert.Equal(0, x));
        Assert.All(mask, Assert.False);
    }
}
