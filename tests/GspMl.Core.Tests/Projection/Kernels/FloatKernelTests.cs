using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Core.Tests.Projection.Kernels;

/// <summary>The kernels that compute floats in float: the same support to the entry, sums and values near what double gives.</summary>
public unsafe class FloatKernelTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 131), 511, 512, 513, 1025, 3000];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Soft_thresholds_have_the_bits_of_the_scalar_form_wherever_they_are_written(int n)
    {
        var values = SampleGroups.Gaussian<float>(n + 1, n);
        foreach (var tau in new[] { 1e-20, 0.4, 1.1, 10 })
        {
            for (var offset = 0; offset < 20; offset += 3)
            {
                float[] expected = new float[n + 40], actual = new float[n + 40];
                fixed (float* c = values, e = expected, a = actual)
                {
                    var kept = FloatSoftThreshold.Scalar(c, n, SplitThreshold.Of(tau), 1.3f, e + offset);
                    Assert.Equal(kept, expected.Count(v => v != 0));
                    Assert.Equal(kept, values.Take(n).Count(v => Math.Abs((double)v) > tau));
                    Assert.Equal(kept, FloatSoftThreshold.Write(c, n, SplitThreshold.Of(tau), 1.3f, streaming: false, a + offset));
                    Assert.Equal(expected, actual);
                    Array.Clear(actual);
                    Assert.Equal(kept, FloatSoftThreshold.Write(c, n, SplitThreshold.Of(tau), 1.3f, streaming: true, a + offset));
                    Assert.Equal(expected, actual);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void What_is_collected_is_exact_and_sums_are_near(int n)
    {
        var values = SampleGroups.Gaussian<float>(n + 1, n);
        // Thresholds that are floats, that entries are equal to, and that lie between two floats.
        var entry = Math.Abs((double)values[n / 2]);
        foreach (var (low, high) in new[] { (0.3, 0.9), (0.5, 0.5), (0.0, 7.0), (1.0, 1.0 + 1e-9), (values[0], entry) })
        {
            if (low < 0 || high < low) continue;
            float[] expected = new float[n + Lanes.Width], actual = new float[n + Lanes.Width];
            fixed (float* c = values, e = expected, a = actual)
            {
                int wanted = 0, found = 0;
                Vector512<long> largestWanted = default, largest = default;
                var x = new Entries<float>(c, null, n, 1, 1);
                var scalar = Collector.Scalar<float, Plain>(x, low, high, e, null, ref wanted, ref largestWanted);
                Assert.True(FloatCollector.TryCollect(x, low, high, a, ref found, ref largest, out var sums));
                Assert.Equal(expected[..wanted], actual[..found]);
                Assert.Equal(LargestMagnitude.Scalar(c, n), LargestMagnitude.OfLanes(largest));
                Assert.Equal(scalar.W, sums.W);
                Assert.Equal(scalar.P, sums.P, 3e-7 * Math.Max(scalar.P, 1e-30));
                Assert.Equal(scalar.Q, sums.Q, 3e-7 * Math.Max(scalar.Q, 1e-30));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void With_weights_what_is_collected_is_exact_and_sums_are_near(int n)
    {
        var (values, weights) = (SampleGroups.Gaussian<float>(n + 1, n), SampleGroups.Positive<float>(n + 1, n + 1000));
        // Where nothing else is over a threshold, such a small entry is left to double.
        if (n > 8) (values[n / 2], weights[n / 2], values[n / 3], weights[n / 3]) = (0, 0, 1e-40f, 1e-40f);
        foreach (var (low, high) in new[] { (0.3, 0.9), (0.5, 0.5), (0.0, 7.0), (1.0, 1.0 + 1e-9) })
        {
            float[] expected = new float[n + Lanes.Width], expectedWeights = new float[n + Lanes.Width],
                actual = new float[n + Lanes.Width], actualWeights = new float[n + Lanes.Width];
            fixed (float* c = values, w = weights, e = expected, ew = expectedWeights, a = actual, aw = actualWeights)
            {
                int wanted = 0, found = 0;
                Vector512<long> largestWanted = default, largest = default;
                var x = new Entries<float>(c, w, n, 1, 1);
                var scalar = Collector.Scalar<float, Weighted>(x, low, high, e, ew, ref wanted, ref largestWanted);
                Assert.True(WeightedFloatCollector.TryCollect(x, low, high, a, aw, ref found, ref largest, out var sums));
                Assert.Equal(expected[..wanted], actual[..found]);
                Assert.Equal(expectedWeights[..wanted], actualWeights[..found]);
                Assert.Equal(LargestMagnitude.Scalar(c, n), LargestMagnitude.OfLanes(largest));
                Assert.Equal(scalar.P, sums.P, 3e-7 * Math.Max(scalar.P, 1e-30));
                Assert.Equal(scalar.Q, sums.Q, 3e-7 * Math.Max(scalar.Q, 1e-30));
                Assert.Equal(scalar.W, sums.W, 3e-7 * Math.Max(scalar.W, 1e-30));
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(48)]
    public void Columns_have_the_bits_of_rows_wherever_they_are_written(int columns)
    {
        const int rows = 21;
        var values = SampleGroups.Gaussian<float>(columns * rows, columns);
        // Every fifth column keeps its values, which float does not compute: a strip may hold some of both kinds.
        double[] tau = [.. Enumerable.Range(0, columns).Select(k => 0.2 + 0.01 * k)], one = [.. Enumerable.Repeat(1.0, columns)],
            factor = [.. Enumerable.Range(0, columns).Select(k => k % 5 == 3 ? double.NaN : 1.3)];
        for (var offset = 0; offset < 16; offset += 3)
        {
            var result = new float[values.Length + 16];
            fixed (float* c = values, to = result)
            fixed (double* t = tau, s = one, f = factor)
            {
                var panel = new ColumnPanel<float>(new(c, null, columns, columns, rows, columns));
                var kept = panel.Write<Plain>(new(t, f, s, s), panel.CanStream, to + offset);
                for (var k = 0; k < columns; k++)
                {
                    float[] column = [.. Enumerable.Range(0, rows).Select(r => values[r * columns + k])], written = new float[rows];
                    fixed (float* cc = column, cr = written)
                        kept -= SoftThreshold.Write<float, Plain>(new(cc, null, rows, 1, 1), tau[k], factor[k], false, cr);
                    Assert.Equal(written, Enumerable.Range(0, rows).Select(r => result[offset + r * columns + k]));
                }
                Assert.Equal(0, kept);
            }
        }
    }

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1e30f)]
    public void Squares_that_float_cannot_hold_are_left_to_double(float scale)
    {
        float[] values = [.. SampleGroups.Gaussian<float>(256, 1).Select(v => v * scale)], kept = new float[256 + Lanes.Width];
        fixed (float* c = values, to = kept)
        {
            var (found, largest, x) = (0, Vector512<long>.Zero, new Entries<float>(c, null, 256, 1, 1));
            Assert.False(FloatCollector.TryCollect(x, 0.3 * scale, 0.9 * scale, to, ref found, ref largest, out _));
            Assert.Equal(0, found);
            var wanted = ThresholdSums.Scalar<float, Plain>(x, 0.9 * scale);
            var sums = Collector.Collect<float, Plain>(x, 0.3 * scale, 0.9 * scale, to, null, ref found, ref largest);
            Assert.Equal(wanted.Q, sums.Q, 1e-12 * wanted.Q);
        }
    }

    [Fact]
    public void Excesses_far_below_a_float_are_left_to_double()
    {
        var values = new float[64];
        values[5] = MathF.BitIncrement(1f);
        var (high, kept) = (1 + Math.ScaleB(1, -23) * (1 - 1e-7), new float[64 + Lanes.Width]);
        fixed (float* c = values, to = kept)
        {
            var (found, largest, x) = (0, Vector512<long>.Zero, new Entries<float>(c, null, 64, 1, 1));
            Assert.False(FloatCollector.TryCollect(x, 0.5, high, to, ref found, ref largest, out _));
            Assert.True(Collector.Collect<float, Plain>(x, 0.5, high, to, null, ref found, ref largest).Q > 0);
        }
    }

    [Fact]
    public void A_split_threshold_keeps_exactly_what_exceeds_it()
    {
        var random = new Random(3);
        for (var i = 0; i < 10_000; i++)
        {
            var tau = Math.ScaleB(1 + random.NextDouble(), random.Next(-148, 128));
            var split = SplitThreshold.Of(tau);
            var next = MathF.BitIncrement(split.Floor);
            Assert.True(split.Floor <= tau && (next > tau || float.IsInfinity(next)), $"{tau}: {split}");
            Assert.True(split.Rest >= 0 && next - split.Floor - split.Rest > 0, $"{tau}: {split}");
        }
        Assert.Equal(new(float.MaxValue, 0), SplitThreshold.Of(1e300));
    }
}
