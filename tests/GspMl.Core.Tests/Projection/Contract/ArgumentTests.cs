using System.Globalization;
using GspMl.Projection;

namespace GspMl.Core.Tests.Projection.Contract;

/// <summary>What a projector refuses before it reads an entry, and the words of it.</summary>
public class ArgumentTests
{
    private static readonly VectorLayout Layout = VectorLayout.Rows(2, 3);
    private static readonly SparsityTarget Target = SparsityTarget.Hoyer(0.5);
    private readonly double[] values = [1, 2, 3, 4, 5, 6];
    private readonly GspProjector<double> projector = new();

    [Fact]
    public void A_buffer_that_is_too_short_for_its_layout_is_named()
    {
        const string Words = "2 vectors of 3 entries need 6 elements in this layout; '{0}' has 5.";
        Assert.All(
            new (string, Action)[]
            {
                ("source", () => projector.Project(values.AsSpan(1), values, Layout, Target)),
                ("destination", () => projector.Project(values, values.AsSpan(1), Layout, Target)),
                ("source", () => projector.SelectSupport(values.AsSpan(1), new bool[6], Layout, Target)),
                ("mask", () => projector.SelectSupport(values, new bool[5], Layout, Target)),
                ("source", () => projector.Apply(values.AsSpan(1), values, Layout, 1)),
                ("destination", () => projector.Apply(values, values.AsSpan(1), Layout, 1)),
                ("source", () => projector.MeasureSparsity(values.AsSpan(1), Layout, 1)),
                ("values", () => new VectorGroup<double>().Add(values.AsMemory(1), Layout)),
            },
            call => AssertRefused(call.Item1, string.Format(CultureInfo.InvariantCulture, Words, call.Item1), call.Item2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Weights_are_none_or_shared_or_own(int count)
    {
        var weights = new double[count];
        var words = $"'weights' has {count} elements; shared weights need 3 (one for each entry of a vector), own weights 6.";
        Assert.All(
            new Action[]
            {
                () => projector.Project(values, values, Layout, Target, weights),
                () => projector.SelectSupport(values, new bool[6], Layout, Target, weights),
                () => projector.Apply(values, values, Layout, 1, weights),
                () => projector.MeasureSparsity(values, Layout, 1, weights),
                () => new VectorGroup<double>().Add(values, Layout, weights),
            },
            call => AssertRefused("weights", words, call));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public void As_many_weights_are_taken(int count)
    {
        var weights = Enumerable.Repeat(1.0, count).ToArray();
        var plain = projector.MeasureSparsity(values, Layout, 0).Sparsity;
        Assert.Equal(plain, projector.MeasureSparsity(values, Layout, 0, weights).Sparsity, 1e-12);
    }

    [Fact]
    public void A_buffer_that_overlaps_the_source_in_part_is_named()
    {
        const string Words = "'destination' must be the source itself or apart from it; it begins 1 elements after the source.";
        var buffer = new double[7];
        AssertRefused("destination", Words, () => projector.Project(buffer.AsSpan(..6), buffer.AsSpan(1), Layout, Target));
        AssertRefused("destination", Words, () => projector.Apply(buffer.AsSpan(..6), buffer.AsSpan(1), Layout, 1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_multiplier_is_finite_and_not_negative(double multiplier)
    {
        var words = $"A multiplier must be finite and at least 0; it is {multiplier}.";
        AssertRefused("multiplier", words, () => projector.Apply(values, values, Layout, multiplier));
        AssertRefused("multiplier", words, () => projector.MeasureSparsity(values, Layout, multiplier));
    }

    [Fact]
    public void No_target_is_told_which_there_are()
        => AssertRefused("target", "No target is set; there are SparsityTarget.Hoyer and Zeros.",
            () => projector.Project(values, values, Layout, default));

    [Fact]
    public void A_missing_group_is_named()
        => Assert.Equal("group", Assert.Throws<ArgumentNullException>(() => projector.Project(null!, Target)).ParamName);

    [Fact]
    public void Other_types_of_numbers_are_named()
        => Assert.Equal($"Projections are of float or double, not of {typeof(Half)}.",
            Assert.Throws<NotSupportedException>(() => new GspProjector<Half>()).Message);

    /// <summary>Nothing of one call is left in the next.</summary>
    [Fact]
    public void A_projector_forgets_the_group_of_the_call_before()
    {
        double[] other = [9, 1, 1, 8, 8, 8];
        var expected = new double[6];
        new GspProjector<double>().Project(values, expected, Layout, Target);
        var (result, mask) = (new double[6], new bool[6]);
        for (var call = 0; call < 2; call++)
        {
            projector.Project(other, new double[6], Layout, Target);
            Assert.Equal(2, Reached(projector.SelectSupport(values, mask, Layout, Target)));
            Assert.Equal(2, Reached(projector.Apply(values, result, Layout, 0.1)));
            Assert.Equal(2, Vectors(() => projector.MeasureSparsity(values, Layout, 0.1)));
            var group = new VectorGroup<double>();
            group.Add(values.ToArray(), Layout);
            Assert.Equal(2, Reached(projector.Project(group, Target)));
            Assert.Equal(2, Reached(projector.Project(values, result, Layout, Target)));
            Assert.Equal(expected, result);
        }

        int Reached(ProjectionResult _) => projector.VectorSparsities.Length;
        int Vectors(Action measure)
        {
            measure();
            return projector.VectorSparsities.Length;
        }
    }

    private static void AssertRefused(string name, string words, Action call)
    {
        var error = Assert.ThrowsAny<ArgumentException>(call);
        Assert.Equal(name, error.ParamName);
        Assert.StartsWith(words, error.Message, StringComparison.Ordinal);
    }
}
