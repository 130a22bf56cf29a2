using System.Numerics;
using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Core.Tests.Projection.Kernels;

/// <summary>
/// The kernels of weighted entries in their own arithmetic against their scalar forms, for every length around their registers, with
/// entries that tie with their thresholds or come so near to them that a float cannot tell.
/// </summary>
public unsafe class WeightedKernelTests
{
    private const double Tau = 0.7000000001;

    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 99), 511, 513];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void What_is_written_has_the_bits_of_the_scalar_form_wherever_lines_begin(int n)
    {
        Written<float>(n);
        Written<double>(n);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_sweep_of_doubles_keeps_and_sums_what_its_scalar_form_does(int n)
    {
        if (!PlainSweep.IsFast) return;
        Swept<KeepsFew>(n, inPlace: false);
        Swept<KeepsMany>(n, inPlace: false);
        n = Math.Max(1, n / Lanes.Width) * Lanes.Width;
        Swept<KeepsFew>(n, inPlace: true);
        Swept<KeepsMany>(n, inPlace: true);
    }

    [Theory]
    [InlineData(3, double.NaN)]
    [InlineData(7, double.NegativeInfinity)]
    [InlineData(49, double.NaN)]
    [InlineData(49, double.PositiveInfinity)]
    public void An_entry_that_is_no_number_is_the_largest_and_a_weight_is_none(int n, double value)
    {
        if (!PlainSweep.IsFast) return;
        for (var at = 0; at < n; at++)
        {
            var (values, weights) = Mixed<double>(n, Tau);
            (var entry, values[at]) = (values[at], value);
            Assert.Equal(Math.Abs(value), Largest(values, weights));
            (values[at], weights[at]) = (entry, value);
            Assert.Equal(values.Max(Math.Abs), Largest(values, weights));
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Whatever_double_keeps_is_kept_and_nothing_else(int n)
    {
        var (values, weights) = Mixed<float>(n, Tau);
        foreach (var factor in new[] { 1.3, double.NaN })
        {
            float[] expected = new float[n + 1], actual = new float[n + 1];
            fixed (float* c = values, w = weights, e = expected, a = actual)
            {
                var x = new Entries<float>(c, w, n, 1, 1);
                Assert.Equal(SoftThreshold.Scalar<float, Weighted>(x, Tau, factor, e),
                    SoftThreshold.Write<float, Weighted>(x, Tau, factor, streaming: false, a));
            }
            for (var j = 0; j < n; j++)
            {
                Assert.Equal(Math.Sign(expected[j]), Math.Sign(actual[j]));
                Assert.Equal(expected[j], actual[j], 3e-7 * Math.Abs((double)expected[j]));
            }
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(64)]
    [InlineData(97)]
    public void Columns_are_written_as_rows_are(int columns)
    {
        for (var rows = 1; rows < 10; rows++)
        {
            foreach (var shared in new[] { false, true })
            {
                Columns<float>(columns, rows, shared, 1.3);
                Columns<double>(columns, rows, shared, 1.3);
                Columns<float>(columns, rows, shared, double.NaN);
            }
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(37)]
    [InlineData(64)]
    public void Columns_are_collected_as_rows_are(int columns)
    {
        if (!PlainSweep.IsFast) return;
        foreach (var rows in new[] { 1, 2, 7, 8, 9, 32, 33, 70 })
        {
            Collected<float, Plain>(columns, rows, 0, 3e-6);
            Collected<float, Weighted>(columns, rows, 1, 3e-6);
            Collected<float, Weighted>(columns, rows, columns, 3e-6);
            Collected<double, Plain>(columns, rows, 0, 1e-13);
            Collected<double, Weighted>(columns, rows, 1, 1e-13);
            Collected<double, Weighted>(columns, rows, columns, 1e-13);
        }
    }

    [Fact]
    public void A_column_that_float_cannot_hold_is_left_to_others()
    {
        if (!PlainSweep.IsFast) return;
        const int rows = 9, columns = 32;
        var values = SampleGroups.Gaussian<float>(rows * columns, 1);
        for (var row = 0; row < rows; row++) values[row * columns + 5] *= 1e-30f;
        double[] low = [.. Enumerable.Repeat(0.3, columns)], high = [.. Enumerable.Repeat(0.4, columns)],
            one = [.. Enumerable.Repeat(1.0, columns)], scale = [.. one];
        (low[5], high[5], scale[7]) = (3e-31, 4e-31, 0.5);
        var (collector, kept) = (new ColumnCollector<float>(), new float[rows + Lanes.Width]);
        fixed (float* c = values, to = kept)
        fixed (double* l = low, h = high, o = one, s = scale)
        {
            collector.Sweep(new(c, null, columns, 0, rows, columns), l, h, s, o);
            for (var k = 0; k < columns; k++) Assert.Equal(k is not (5 or 7), collector.TryTake(k, to, null, out _, out _));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void An_entry_that_is_no_number_is_the_largest_of_its_column(float value)
    {
        if (!PlainSweep.IsFast) return;
        const int rows = 5, columns = 16;
        for (var at = 0; at < rows * columns; at++)
        {
            var values = SampleGroups.Gaussian<float>(rows * columns, 1);
            values[at] = value;
            double[] low = [.. Enumerable.Repeat(0.3, columns)], high = [.. Enumerable.Repeat(0.4, columns)],
                one = [.. Enumerable.Repeat(1.0, columns)];
            var collector = new ColumnCollector<float>();
            fixed (float* c = values)
            fixed (double* l = low, h = high, o = one)
            {
                collector.Sweep(new(c, null, columns, 0, rows, columns), l, h, o, o);
                for (var k = 0; k < columns; k++) Assert.Equal(k != at % columns, double.IsFinite(collector.Largest(k)));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(21)]
    public void Weights_of_columns_are_summed_as_those_of_rows(int rows)
    {
        const int columns = 32;
        var weights = SampleGroups.Positive<float>(rows * columns, 3);
        weights[rows / 2 * columns + 3] = float.PositiveInfinity;
        double[] squares = new double[columns], least = new double[columns], largest = new double[columns];
        fixed (float* w = weights)
        fixed (double* s = squares, l = least, m = largest) ColumnWeights.Of(new(null, w, 0, columns, rows, columns), columns, s, l, m);
        for (var k = 0; k < columns; k++)
        {
            float[] column = [.. Enumerable.Range(0, rows).Select(row => weights[row * columns + k])];
            fixed (float* w = column)
            {
                var expected = WeightSums.Scalar(w, rows, 1);
                Assert.Equal(expected.Least, least[k]);
                Assert.Equal(expected.Largest, largest[k]);
                if (double.IsFinite(expected.Squares)) Assert.Equal(expected.Squares, squares[k], 1e-12 * expected.Squares);
            }
        }
    }

    /// <summary>Gaussian entries; every third equals its threshold, or is next to it, or zero, with a weight that may be 0.</summary>
    private static (T[] Values, T[] Weights) Mixed<T>(int n, double tau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = SampleGroups.Gaussian<T>(n + 1, n + 1)[..n], weights = SampleGroups.Positive<T>(n + 1, n + 1000)[..n];
        for (var i = 0; i < n; i += 3)
        {
            var at = T.CreateChecked(tau * double.CreateTruncating(weights[i]));
            values[i] = (i / 3 % 6) switch
            {
                0 => at,
                1 => T.BitIncrement(at),
                2 => -T.BitDecrement(at),
                3 => T.Zero,
                4 => -T.Epsilon,
                _ => values[i],
            };
            if (i / 3 % 7 == 3) weights[i] = T.Zero;
        }
        return (values, weights);
    }

    private static double Largest(double[] values, double[] weights)
    {
        double[] kept = new double[values.Length + Lanes.Width], own = new double[kept.Length];
        fixed (double* c = values, w = weights, to = kept, ow = own)
        {
            var found = 0;
            WeightedSweep.Over<double, KeepsFew>(
                new(c, w, values.Length, 1, 1), Tau, 2 * Tau, to, ow, ref found, out _, out var magnitude);
            return magnitude;
        }
    }

    private static void Swept<TKeeping>(int n, bool inPlace)
        where TKeeping : struct, IKeeping
    {
        foreach (var (low, high) in new[] { (0, Tau), (Tau, Tau), (Tau, 1), (0.3, Tau), (Tau, 1.0001 * Tau), (0, 9), (0, 0) })
        {
            var (values, weights) = Mixed<double>(n, Tau);
            // An excess that is rounded to 0 is none.
            if (n > 1) (values[1], weights[1]) = (double.Epsilon, double.Epsilon);
            double[] expected = new double[n + Lanes.Width], own = new double[n + Lanes.Width];
            // What follows the entries belongs to somebody else.
            double[] actual = inPlace ? [.. values, 1] : new double[n + Lanes.Width],
                actualOwn = inPlace ? [.. weights, 1] : new double[n + Lanes.Width];
            fixed (double* c = values, w = weights, e = expected, ew = own, a = actual, aw = actualOwn)
            {
                var (wanted, found, none, unseen) = (0, 0, 0, Vector512<long>.Zero);
                Entries<double> x = new(c, w, n, 1, 1), from = inPlace ? new(a, aw, n, 1, 1) : x;
                var scalar = Collector.Scalar<double, Weighted>(x, low, high, e, ew, ref wanted, ref unseen);
                var sums = WeightedSweep.Over<double, TKeeping>(from, low, high, a, aw, ref found, out var support, out var magnitude);
                Assert.Equal(expected[..wanted], actual[..found]);
                Assert.Equal(own[..wanted], actualOwn[..found]);
                Assert.Equal(LargestMagnitude.Scalar(c, n), magnitude);
                Assert.Equal(ThresholdSums.Scalar<double, WeightedCount>(x, high).W, support);
                Assert.Equal(sums, WeightedSweep.Over<double, KeepsNone>(x, high, high, null, null, ref none, out _, out _));
                Assert.Equal(scalar.P, sums.P, 1e-13 * Math.Max(scalar.P, 1e-300));
                Assert.Equal(scalar.Q, sums.Q, 1e-13 * Math.Max(scalar.Q, 1e-300));
                Assert.Equal(scalar.W, sums.W, 1e-13 * Math.Max(scalar.W, 1e-300));
                if (inPlace) Assert.Equal((1.0, 1.0), (actual[n], actualOwn[n]));
            }
        }
    }

    private static void Written<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var mixed = Mixed<T>(n, Tau);
        foreach (var factor in new[] { 1.3, double.NaN })
        {
            for (var offset = 0; offset < 17; offset += 3)
            {
                T[] values = [.. new T[offset], .. mixed.Values, .. new T[24]], expected = new T[n + 40], actual = new T[n + 40];
                fixed (T* c = values, w = mixed.Weights, e = expected, a = actual)
                {
                    var kept = double.IsNaN(factor)
                        ? WeightedWriter.Scalar<T, WritesOriginal>(c + offset, w, n, Tau, factor, e + offset)
                        : WeightedWriter.Scalar<T, WritesProjected>(c + offset, w, n, Tau, factor, e + offset);
                    Assert.Equal(kept, expected.Count(v => v != T.Zero));
                    Assert.Equal(kept, WeightedWriter.Write(c + offset, w, n, Tau, factor, streaming: false, a + offset));
                    Assert.Equal(expected, actual);
                    Array.Clear(actual);
                    Assert.Equal(kept, WeightedWriter.Write(c + offset, w, n, Tau, factor, streaming: true, a + offset));
                    Assert.Equal(expected, actual);
                    Assert.Equal(kept, WeightedWriter.Write(c + offset, w, n, Tau, factor, streaming: false, c + offset));
                    Assert.Equal(expected[..(offset + n + 16)], values[..(offset + n + 16)]);
                }
            }
        }
    }

    private static void Columns<T>(int columns, int rows, bool shared, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] tau = [.. Enumerable.Range(0, columns).Select(k => k == 3 ? PlainColumns.Nothing : k == 5 ? Tau : 0.2 + 0.01 * k)],
            one = [.. Enumerable.Repeat(1.0, columns)], factors = [.. tau.Select(t => t == PlainColumns.Nothing ? double.NaN : factor)];
        var mixed = Mixed<T>(columns * rows, Tau);
        foreach (var (offset, inPlace) in new[] { (0, false), (3, false), (16, false), (5, true) })
        {
            T[] values = [.. new T[offset], .. mixed.Values], result = inPlace ? [.. values] : new T[values.Length];
            fixed (T* c = values, w = mixed.Weights, to = result)
            fixed (double* t = tau, s = one, f = factors)
            {
                var panel = new ColumnPanel<T>(
                    new((inPlace ? to : c) + offset, w, columns, shared ? 1 : columns, rows, columns));
                var kept = panel.Write<Weighted>(new(t, f, s, s), panel.CanStream && !inPlace, to + offset);
                for (var k = 0; k < columns; k++)
                {
                    T[] column = [.. Enumerable.Range(0, rows).Select(r => values[offset + r * columns + k])], written = new T[rows],
                        own = [.. Enumerable.Range(0, rows).Select(r => mixed.Weights[shared ? r : r * columns + k])];
                    fixed (T* cc = column, ow = own, cr = written)
                    {
                        if (tau[k] != PlainColumns.Nothing)
                            kept -= SoftThreshold.Write<T, Weighted>(new(cc, ow, rows, 1, 1), tau[k], factors[k], false, cr);
                    }
                    Assert.Equal(written, Enumerable.Range(0, rows).Select(r => result[offset + r * columns + k]));
                }
                Assert.Equal(0, kept);
            }
        }
    }

    private static void Collected<T, TWeighting>(int columns, int rows, int weightStride, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TWeighting : struct, IWeighting
    {
        var mixed = Mixed<T>(columns * rows, 0.4);
        double[] low = [.. Enumerable.Range(0, columns).Select(k => k == 2 ? 0 : 0.39 + 0.001 * k)], high = [.. low.Select(l => l + 0.02)],
            one = [.. Enumerable.Repeat(1.0, columns)];
        var (collector, whole) = (new ColumnCollector<T>(), columns / Vector512<T>.Count * Vector512<T>.Count);
        T[] values = new T[rows + Lanes.Width], weights = new T[values.Length], expected = new T[values.Length],
            expectedWeights = new T[values.Length];
        fixed (T* c = mixed.Values, w = mixed.Weights, v = values, ow = weights, e = expected, ew = expectedWeights)
        fixed (double* l = low, h = high, o = one)
        {
            collector.Sweep(new(c, weightStride == 0 ? null : w, columns, weightStride, rows, columns), l, h, o, o);
            for (var k = 0; k < columns; k++)
            {
                var taken = collector.TryTake(k, v, weightStride == 0 ? null : ow, out var count, out var sums);
                Assert.True(k < whole || !taken);
                if (!taken) continue; // where nothing, or next to nothing, is over the threshold
                T[] column = [.. Enumerable.Range(0, rows).Select(r => mixed.Values[r * columns + k])],
                    own = [.. Enumerable.Range(0, rows).Select(r => mixed.Weights[weightStride < 2 ? r : r * columns + k])];
                fixed (T* cc = column, cw = own)
                {
                    var (wanted, largest) = (0, Vector512<long>.Zero);
                    var x = new Entries<T>(cc, weightStride == 0 ? null : cw, rows, 1, 1);
                    var scalar = Collector.Scalar<T, TWeighting>(x, low[k], high[k], e, ew, ref wanted, ref largest);
                    Assert.Equal(expected[..wanted], values[..count]);
                    if (weightStride != 0) Assert.Equal(expectedWeights[..wanted], weights[..count]);
                    Assert.Equal(LargestMagnitude.OfLanes(largest), collector.Largest(k));
                    Assert.Equal(scalar.P, sums.P, tolerance * Math.Max(scalar.P, 1e-30));
                    Assert.Equal(scalar.Q, sums.Q, tolerance * Math.Max(scalar.Q, 1e-30));
                    Assert.Equal(scalar.W, sums.W, tolerance * Math.Max(scalar.W, 1e-30));
                }
            }
        }
    }
}
