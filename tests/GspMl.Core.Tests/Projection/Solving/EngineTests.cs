using System.Numerics;
using System.Runtime.InteropServices;
using GspMl.Projection;
using GspMl.Projection.Solving;

namespace GspMl.Core.Tests.Projection.Solving;

/// <summary>What the engine promises beyond the numbers: bits, memory, and data at the ends of its range.</summary>
public class EngineTests
{
    [Theory]
    [InlineData("rows")]
    [InlineData("columns")]
    [InlineData("long")]
    [InlineData("ragged")]
    [InlineData("quantised")]
    public void The_bits_are_the_same_for_any_number_of_threads(string shape)
    {
        foreach (var target in new[] { SparsityTarget.Hoyer(0.8), SparsityTarget.Zeros(0.5) })
        {
            var results = new[] { 1, 2, 16 }.Select(threads => Bits(shape, target, threads)).ToArray();
            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
    }

    /// <summary>
    /// Rows a page apart, and so many that the bracket is narrow: it is collected across the columns, in float but for one that it cannot
    /// hold.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(Far)]
    [InlineData(Far * Wide)]
    public void Columns_far_apart_are_projected_as_the_rows_of_the_transpose(int weightCount)
    {
        var (values, weights) = (SampleGroups.Gaussian<float>(Far * Wide, 1), SampleGroups.Positive<float>(weightCount, 2));
        for (var row = 0; row < Far; row++) (values[row * Wide + 3], values[row * Wide + 40]) = (0, 1e-25f * values[row * Wide + 40]);
        var (turned, own) = (Turned(values), weightCount > Far ? Turned(weights) : weights);
        var results = new[] { 1, 2, 16 }.Select(threads =>
        {
            var (projector, to) = (new GspProjector<float>(new() { MaxThreads = threads }), new float[values.Length]);
            projector.Project(values, to, VectorLayout.Columns(Wide, Far), SparsityTarget.Hoyer(0.8), weights);
            return to;
        }).ToArray();
        var rows = new float[values.Length];
        new GspProjector<float>().Project(turned, rows, VectorLayout.Rows(Wide, Far), SparsityTarget.Hoyer(0.8), own);
        var columns = Turned(results[0]);
        Assert.True(rows.Zip(columns).Max(of => Math.Abs(of.First - of.Second)) < 1e-5);
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
    }

    private const int Far = 2001, Wide = 2501;

    private static float[] Turned(float[] matrix) =>
        [.. Enumerable.Range(0, matrix.Length).Select(i => matrix[i % Far * Wide + i / Far])];

    private static byte[] Bits(string shape, SparsityTarget target, int threads)
    {
        // Several copies of the group's blocks: enough entries for all threads.
        var group = new VectorGroup<float>();
        var blocks = Enumerable.Range(0, 5).SelectMany(_ => SampleGroups.Shaped<float>(shape)).ToArray();
        foreach (var (values, layout, weights) in blocks) group.Add(values, layout, weights);
        var result = new GspProjector<float>(new() { MaxThreads = threads }).Project(group, target);
        return [.. BitConverter.GetBytes(result.Multiplier), .. BitConverter.GetBytes(result.Sparsity),
            .. blocks.SelectMany(b => MemoryMarshal.AsBytes<float>(b.Values).ToArray())];
    }

    [Fact]
    public void In_steady_state_a_projection_allocates_nothing()
    {
        AllocatesNothing(49, 361, SparsityTarget.Hoyer(0.85), default);
        AllocatesNothing(100, 700, SparsityTarget.Hoyer(0.85), default);
        AllocatesNothing(100, 700, SparsityTarget.Zeros(0.5), default);
        AllocatesNothing(300, 700, SparsityTarget.Hoyer(0.85), SampleGroups.Positive<double>(700, 2));
    }

    /// <summary>
    /// Which thread takes which part differs from call to call, so a thread's memory may grow after the first few; then ten calls in a row
    /// must do without.
    /// </summary>
    private static void AllocatesNothing(int vectors, int length, SparsityTarget target, double[]? weights)
    {
        var (source, destination) = (SampleGroups.Gaussian<double>(vectors * length, 1), new double[vectors * length]);
        var projector = new GspProjector<double>();
        foreach (var layout in new[] { VectorLayout.Rows(vectors, length), VectorLayout.Columns(vectors, length) })
        {
            var (calls, without) = (0, 0);
            for (; calls < 100 && without < 10; calls++)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                projector.Project(source, destination, layout, target, weights);
                without = GC.GetAllocatedBytesForCurrentThread() == before ? without + 1 : 0;
            }
            Assert.True(without == 10, $"{layout}: after {calls} calls memory is still allocated");
        }
    }

    [Theory]
    [InlineData(30, 40)]
    [InlineData(400, 200)]
    public void Any_scale_gives_the_same_in_double(int vectors, int length)
    {
        foreach (var exponent in new[] { -1060, -1000, -600, -100, 100, 600, 1000 }) Scaled<double>(vectors, length, exponent);
    }

    [Theory]
    [InlineData(30, 40)]
    [InlineData(400, 200)]
    public void Any_scale_gives_the_same_in_float(int vectors, int length)
    {
        foreach (var exponent in new[] { -140, -100, -50, 50, 100, 120 }) Scaled<float>(vectors, length, exponent);
    }

    /// <summary>Small multiples of a power of two: exact even where numbers are denormal, and with many ties.</summary>
    private static void Scaled<T>(int vectors, int length, int exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] plain = SampleGroups.Quantised<T>(vectors * length, 3, 1.0 / 64), scaled = [.. plain.Select(v => T.ScaleB(v, exponent))];
        var (x, y) = (new T[plain.Length], new T[plain.Length]);
        var layout = VectorLayout.Rows(vectors, length);
        var first = new GspProjector<T>().Project(plain, x, layout, SparsityTarget.Hoyer(0.7));
        var second = new GspProjector<T>().Project(scaled, y, layout, SparsityTarget.Hoyer(0.7));
        Assert.Equal(0.7, second.Sparsity, 1e-9);
        Assert.Equal(first.Ending, second.Ending);
        var step = double.CreateTruncating(T.Epsilon);
        for (var i = 0; i < x.Length; i++)
        {
            var (expected, actual) = (Math.ScaleB(double.CreateTruncating(x[i]), exponent), double.CreateTruncating(y[i]));
            Assert.True(Math.Abs(expected - actual) <= Math.Abs(expected) * 1e-6 + 2 * step,
                $"2^{exponent}, element {i}: {actual} instead of {expected}");
        }
    }

    [Fact]
    public void Vectors_of_extreme_scales_go_together()
    {
        var values = SampleGroups.Gaussian<float>(60 * 50, 4);
        for (var i = 0; i < values.Length; i++) values[i] *= (i / 50 % 3) switch { 0 => 1e-30f, 1 => 1, _ => 1e30f };
        var result = new GspProjector<float>().Project(values, values, VectorLayout.Rows(60, 50), SparsityTarget.Hoyer(0.6));
        Assert.Equal(0.6, result.Sparsity, 1e-6);
        Assert.Equal(0.6, Enumerable.Range(0, 60).Average(i => HoyerSparsity.Of<float>(values.AsSpan(i * 50, 50))), 1e-6);
    }

    [Fact]
    public void Constant_vectors_meet_any_target_at_their_tie()
    {
        var values = Enumerable.Repeat(3f, 2000 * 40).ToArray();
        var result = new GspProjector<float>().Project(values, values, VectorLayout.Rows(2000, 40), SparsityTarget.Hoyer(0.37));
        Assert.Equal(ProjectionEnding.MetAtTie, result.Ending);
        Assert.Equal(0.37, Enumerable.Range(0, 2000).Average(i => HoyerSparsity.Of<float>(values.AsSpan(i * 40, 40))), 1e-6);
    }

    [Fact]
    public void One_hot_vectors_are_left_as_they_are()
    {
        var values = new double[1000 * 50];
        for (var i = 0; i < 1000; i++) values[i * 50 + i % 50] = i - 500.5;
        var before = values.ToArray();
        var result = new GspProjector<double>().Project(values, values, VectorLayout.Rows(1000, 50), SparsityTarget.Hoyer(1));
        Assert.Equal((ProjectionEnding.Unchanged, 1), (result.Ending, result.Sparsity));
        Assert.Equal(before, values);
    }

    [Fact]
    public void A_hundred_thousand_short_vectors_meet_the_target()
    {
        foreach (var length in new[] { 2, 9 })
        {
            var values = SampleGroups.Gaussian<float>(100_000 * length, 6);
            var result = new GspProjector<float>().Project(values, values, VectorLayout.Rows(100_000, length), SparsityTarget.Hoyer(0.8));
            Assert.Equal((ProjectionEnding.Met, 100_000), (result.Ending, result.Vectors));
            Assert.Equal(0.8, Enumerable.Range(0, 100_000).Average(i => HoyerSparsity.Of<float>(values.AsSpan(i * length, length))), 1e-6);
        }
    }

    [Fact]
    public void One_vector_of_fifty_million_meets_the_target()
    {
        var (part, values) = (SampleGroups.Gaussian<float>(1 << 16, 7), new float[50_000_000]);
        for (var at = 0; at < values.Length; at += part.Length)
            part.AsSpan(0, Math.Min(part.Length, values.Length - at)).CopyTo(values.AsSpan(at));
        var result = new GspProjector<float>().Project(values, values, VectorLayout.Rows(1, values.Length), SparsityTarget.Hoyer(0.9));
        Assert.Equal(0.9, result.Sparsity, 1e-9);
        Assert.Equal(0.9, HoyerSparsity.Of<float>(values), 1e-6);
    }

    [Fact]
    public void Layouts_reach_beyond_two_to_the_31()
    {
        var layout = new VectorLayout(100_000, 50_000, 50_000, 1);
        Assert.Equal(5_000_000_000, layout.Extent);
        Assert.Equal(5_000_000_000, new VectorLayout(100_000, 50_000, 1, 100_000).Extent);
        var source = new VectorSource(layout);
        Assert.Equal(99_999L * 50_000 + 49_999, source.Offset(99_999, 49_999));
    }

    /// <summary>The engine's own arithmetic, without memory behind it.</summary>
    private readonly unsafe struct VectorSource(VectorLayout layout)
    {
        public long Offset(int vector, long entry) => new VectorSource<float>(null, null, null, layout, null, 0).Offset(vector, entry);
    }

    [Fact]
    public void A_group_may_hold_more_than_two_to_the_31_entries()
    {
        // The same block over and over; only the weights of the division are made, nothing is projected.
        var (group, block) = (new VectorGroup<float>(), new float[1 << 20]);
        for (var i = 0; i < 2049; i++) group.Add(block, VectorLayout.Rows(1, block.Length));
        Assert.Equal(2049L << 20, group.Entries);
        var result = new GspProjector<float>(new() { MaxThreads = 2 }).Project(group, SparsityTarget.Hoyer(0.5));
        Assert.Equal((2049, 2049, 1.0), (result.Vectors, result.ZeroVectors, result.Zeros));
    }

    [Fact]
    public void A_value_that_is_not_a_number_is_named_in_every_shape()
    {
        foreach (var shape in SampleGroups.Shapes)
        {
            var group = new VectorGroup<float>();
            var blocks = SampleGroups.Shaped<float>(shape);
            foreach (var (values, layout, weights) in blocks) group.Add(values, layout, weights);
            var last = blocks[^1];
            last.Values[(last.Layout.Count - 1) * last.Layout.VectorStride + last.Layout.ElementStride] = float.NaN;
            var error = Assert.Throws<ArgumentException>(() => new GspProjector<float>().Project(group, SparsityTarget.Hoyer(0.8)));
            Assert.StartsWith($"Entry 1 of vector {group.Vectors - 1} is NaN", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("own weights")]
    [InlineData("columns, own weights")]
    [InlineData("long, own weights")]
    [InlineData("shared weights")]
    public void A_negative_weight_is_named_in_every_shape(string shape)
    {
        var group = new VectorGroup<float>();
        foreach (var (values, layout, weights) in SampleGroups.Shaped<float>(shape))
        {
            weights[0] = -1;
            group.Add(values, layout, weights);
        }
        var error = Assert.Throws<ArgumentException>(() => new GspProjector<float>().Project(group, SparsityTarget.Hoyer(0.8)));
        Assert.StartsWith("Weight 0 of vector 0 is -1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Spans_that_overlap_in_part_are_refused()
    {
        var values = new float[30];
        Assert.Throws<ArgumentException>(() => new GspProjector<float>()
            .Project(values.AsSpan(0, 20), values.AsSpan(5, 20), VectorLayout.Rows(2, 10), SparsityTarget.Hoyer(0.5)));
        Assert.Throws<ArgumentException>(() => new VectorLayout(3, 4, 2, 3));
        Assert.Throws<NotSupportedException>(() => new GspProjector<Half>());
    }
}
