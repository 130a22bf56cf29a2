using System.Numerics;
using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Core.Tests.Projection.Kernels;

/// <summary>
/// The kernels of plain entries against their scalar forms, for every length around their registers, with entries that are zero, tie with a
/// threshold, or are too small for a normal number. They take registers of 32 bytes where there are none of 64.
/// </summary>
public unsafe class PlainKernelTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 99), 511, 512, 513, 544, 1025];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_sweep_keeps_and_sums_what_its_scalar_form_does(int n)
    {
        if (!PlainSweep.IsFast) return;
        Swept<float, KeepsFew>(n, 1e-5);
        Swept<float, KeepsMany>(n, 1e-5);
        Swept<double, KeepsFew>(n, 1e-13);
        Swept<double, KeepsMany>(n, 1e-13);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void What_is_kept_may_go_to_where_it_comes_from(int n)
    {
        if (!PlainSweep.IsFast) return;
        SweptInPlace<float, KeepsFew>(n);
        SweptInPlace<double, KeepsFew>(n);
        SweptInPlace<float, KeepsMany>(n);
        SweptInPlace<double, KeepsMany>(n);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(49)]
    public void An_entry_that_is_no_number_is_the_largest_wherever_it_stands(int n)
    {
        if (!PlainSweep.IsFast) return;
        for (var at = 0; at < n; at++)
        {
            Assert.True(double.IsNaN(LargestWith(n, at, float.NaN)));
            Assert.True(double.IsNaN(LargestWith(n, at, double.NaN)));
            Assert.Equal(double.PositiveInfinity, LargestWith(n, at, float.NegativeInfinity));
            Assert.Equal(double.PositiveInfinity, LargestWith(n, at, double.PositiveInfinity));
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void What_is_written_has_the_bits_of_the_scalar_form_wherever_lines_begin(int n)
    {
        if (!PlainWriter.IsFast) return;
        Written<float>(n);
        Written<double>(n);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(49)]
    [InlineData(64)]
    [InlineData(144)]
    public void Columns_are_written_as_rows_are(int columns)
    {
        for (var rows = 1; rows < 10; rows++)
        {
            foreach (var factor in new[] { 1.3, double.NaN })
            {
                foreach (var gap in new[] { 0, 3, 16 })
                {
                    Columns<float>(columns, columns + gap, rows, factor);
                    Columns<double>(columns, columns + gap, rows, factor);
                }
            }
        }
    }

    /// <summary>Gaussian entries, among them zeros of both signs, some that equal a threshold, and some near 0.</summary>
    private static T[] Mixed<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = SampleGroups.Gaussian<T>(n + 1, n + 1)[..n];
        T[] special = [T.Zero, -T.Zero, T.CreateTruncating(0.5), T.CreateTruncating(-0.75), T.Epsilon, -T.Epsilon];
        for (var i = 0; i < n; i += 3) values[i] = special[i / 3 % special.Length];
        return values;
    }

    private static void Swept<T, TKeeping>(int n, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKeeping : struct, IKeeping
    {
        var values = Mixed<T>(n);
        foreach (var (low, high) in new[] { (0, 0.5), (0.5, 0.5), (0.5, 0.75), (0.5, 0.5001), (0, 9), (0, 0) })
        {
            T[] expected = new T[n + 1], actual = new T[n + Vector512<T>.Count];
            fixed (T* c = values, e = expected, a = actual)
            {
                var (wanted, found, none) = (0, 0, 0);
                var (from, to) = (T.CreateTruncating(low), T.CreateTruncating(high));
                var scalar = PlainSweep.Scalar(c, n, from, to, e, ref wanted);
                var sums = PlainSweep.Over<T, TKeeping>(c, n, from, to, a, ref found, out var magnitude);
                Assert.Equal(expected[..wanted], actual[..found]);
                Assert.Equal(LargestMagnitude.Scalar(c, n), magnitude);
                Assert.Equal(sums, PlainSweep.Over<T, KeepsNone>(c, n, from, to, null, ref none, out _));
                Assert.Equal(scalar.W, sums.W);
                Assert.Equal(scalar.P, sums.P, tolerance * Math.Max(scalar.P, 1e-30));
                Assert.Equal(scalar.Q, sums.Q, tolerance * Math.Max(scalar.Q, 1e-30));
            }
        }
    }

    private static void SweptInPlace<T, TKeeping>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKeeping : struct, IKeeping
    {
        n = Math.Max(1, n / Vector512<T>.Count) * Vector512<T>.Count;
        foreach (var (low, high) in new[] { (0.0, 9.0), (0.3, 0.8), (0.5, 0.51) })
        {
            // What follows the entries belongs to somebody else.
            T[] values = [.. Mixed<T>(n), T.One], expected = new T[n + 1];
            fixed (T* c = values, e = expected)
            {
                var (wanted, found) = (0, 0);
                var (from, to) = (T.CreateTruncating(low), T.CreateTruncating(high));
                PlainSweep.Scalar(c, n, from, to, e, ref wanted);
                PlainSweep.Over<T, TKeeping>(c, n, from, to, c, ref found, out _);
                Assert.Equal(expected[..wanted], values[..found]);
                Assert.Equal(T.One, values[n]);
            }
        }
    }

    private static double LargestWith<T>(int n, int at, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = Mixed<T>(n), kept = new T[n + 1];
        values[at] = value;
        fixed (T* c = values, to = kept)
        {
            var found = 0;
            PlainSweep.Over<T, KeepsFew>(c, n, T.Zero, T.One, to, ref found, out var magnitude);
            return magnitude;
        }
    }

    private static void Written<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (var (tau, factor) in new[] { (0.5, 1.3), (0.75, double.NaN), (1e-20, 1.0), (PlainColumns.Nothing, double.NaN) })
        {
            for (var offset = 0; offset < 17; offset += 2)
            {
                // In place both begin at the offset.
                T[] values = [.. new T[offset], .. Mixed<T>(n), .. new T[24]], expected = new T[n + 40], actual = new T[n + 40];
                fixed (T* c = values, e = expected, a = actual)
                {
                    var (floor, rest) = PlainWriter.Split<T>(tau);
                    var kept = double.IsNaN(factor)
                        ? PlainWriter.Scalar<T, WritesOriginal>(c + offset, n, floor, rest, T.Zero, e + offset)
                        : PlainWriter.Scalar<T, WritesProjected>(c + offset, n, floor, rest, T.CreateTruncating(factor), e + offset);
                    Assert.Equal(kept, expected.Count(v => v != T.Zero));
                    Assert.Equal(kept, PlainWriter.Write(c + offset, n, tau, factor, streaming: false, a + offset));
                    Assert.Equal(expected, actual);
                    Array.Clear(actual);
                    Assert.Equal(kept, PlainWriter.Write(c + offset, n, tau, factor, streaming: true, a + offset));
                    Assert.Equal(expected, actual);
                    Assert.Equal(kept, PlainWriter.Write(c + offset, n, tau, factor, streaming: false, c + offset));
                    Assert.Equal(expected[..(offset + n + 16)], values[..(offset + n + 16)]);
                }
            }
        }
    }

    private static void Columns<T>(int columns, int stride, int rows, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A column of which nothing is left, whatever the others are.
        double[] tau = [.. Enumerable.Range(0, columns).Select(k => k == 3 ? PlainColumns.Nothing : 0.2 + 0.01 * k)],
            one = [.. Enumerable.Repeat(1.0, columns)], factors = [.. tau.Select(t => t == PlainColumns.Nothing ? double.NaN : factor)];
        foreach (var (offset, inPlace) in new[] { (0, false), (3, false), (16, false), (5, true) })
        {
            T[] values = [.. new T[offset], .. Mixed<T>(stride * rows)], result = inPlace ? [.. values] : new T[values.Length];
            fixed (T* c = values, to = result)
            fixed (double* t = tau, s = one, f = factors)
            {
                var panel = new ColumnPanel<T>(new((inPlace ? to : c) + offset, null, stride, stride, rows, columns));
                var kept = panel.Write<Plain>(new(t, f, s, s), panel.CanStream && !inPlace, to + offset);
                for (var k = 0; k < columns; k++)
                {
                    T[] column = [.. Enumerable.Range(0, rows).Select(r => values[offset + r * stride + k])], written = new T[rows];
                    fixed (T* cc = column, cr = written)
                        kept -= SoftThreshold.Write<T, Plain>(new(cc, null, rows, 1, 1), tau[k], factors[k], false, cr);
                    Assert.Equal(written, Enumerable.Range(0, rows).Select(r => result[offset + r * stride + k]));
                }
                Assert.Equal(0, kept);
                // What lies between the rows stays as it was.
                for (var at = 0; at < rows * stride; at++)
                    if (at % stride >= columns) Assert.Equal(inPlace ? values[offset + at] : T.Zero, result[offset + at]);
            }
        }
    }
}
