using System.Numerics;
using System.Runtime.Intrinsics;
using GspMl.Projection.Kernels;

namespace GspMl.Core.Tests.Projection.Kernels;

/// <summary>Each kernel against its scalar form, for every length around its vector sizes.</summary>
public unsafe class KernelTests
{
    public static TheoryData<int> Lengths => [.. Enumerable.Range(0, 131)];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sums_agree_in_float(int n) => Sums<float>(n);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Sums_agree_in_double(int n) => Sums<double>(n);

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Largest_magnitudes_agree(int n)
    {
        Largest<float>(n);
        Largest<double>(n);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Soft_thresholds_agree(int n)
    {
        SoftThresholds<float>(n, streaming: false);
        SoftThresholds<double>(n, streaming: false);
        SoftThresholds<float>(n, streaming: true);
        SoftThresholds<double>(n, streaming: true);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void What_is_collected_agrees(int n)
    {
        Collected<float>(n);
        Collected<double>(n);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Panels_agree_with_their_columns(int columns)
    {
        if (columns < Lanes.Width) return;
        Panels<float>(columns, 13);
        Panels<double>(columns, 21);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Transpositions_agree(int n)
    {
        foreach (var columns in new[] { 1, 3, 4, 8, 13, 32, 49 })
        {
            Transposed<float>(n, columns);
            Transposed<double>(n, columns);
            Transposed<float>(columns, n);
            Transposed<double>(columns, n);
        }
    }

    [Fact]
    public void Sums_at_a_lower_threshold_follow_from_those_at_a_higher_one()
    {
        var x = SampleGroups.Gaussian<double>(100, 5);
        fixed (double* p = x)
        {
            var entries = new Entries<double>(p, null, 100, 1, 1);
            var over = ThresholdSums.Of<double, Plain>(entries, 1.5);
            var kept = x.Where(v => Math.Abs(v) > 1.5).ToArray();
            var lowered = over.Lowered(0.5);
            Assert.Equal(kept.Sum(v => Math.Abs(v) - 1), lowered.P, 1e-12);
            Assert.Equal(kept.Sum(v => Math.Pow(Math.Abs(v) - 1, 2)), lowered.Q, 1e-12);
            Assert.Equal(kept.Length, lowered.W);
        }
    }

    private static void Sums<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (values, weights) = (SampleGroups.Gaussian<T>(n + 1, n), SampleGroups.Positive<T>(n + 1, n + 1000));
        fixed (T* c = values, w = weights)
        {
            var entries = new Entries<T>(c, w, n, 1, 1);
            foreach (var tau in new[] { 0, 0.4, 1.1, 10 })
            {
                Close(ThresholdSums.Scalar<T, Plain>(entries.Unweighted(), tau), ThresholdSums.Of<T, Plain>(entries.Unweighted(), tau));
                Close(ThresholdSums.Scalar<T, Weighted>(entries, tau), ThresholdSums.Of<T, Weighted>(entries, tau));
                Close(ThresholdSums.Scalar<T, WeightedCount>(entries, tau), ThresholdSums.Of<T, WeightedCount>(entries, tau));
            }
            var (scalar, vector) = (WeightSums.Scalar(w, n, 0.5), WeightSums.Of(w, n, 0.5));
            Assert.Equal(scalar.Squares, vector.Squares, 1e-12);
            Assert.Equal(scalar.Least, vector.Least);
            Assert.Equal(scalar.Largest, vector.Largest);
        }
    }

    private static void Close(ThresholdSums expected, ThresholdSums actual)
    {
        Assert.Equal(expected.P, actual.P, 1e-12);
        Assert.Equal(expected.Q, actual.Q, 1e-12);
        Assert.Equal(expected.W, actual.W, 1e-12);
    }

    private static void Largest<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = SampleGroups.Gaussian<T>(n + 1, n);
        fixed (T* c = values)
        {
            Assert.Equal(LargestMagnitude.Scalar(c, n), LargestMagnitude.Of(c, n));
            if (n == 0) return;
            var largest = LargestMagnitude.Of(c, n);
            Assert.Equal(Array.FindIndex(values, 0, n, v => double.CreateTruncating(T.Abs(v)) == largest),
                LargestMagnitude.FirstAt(c, n, largest));
            values[n * 7 / 11] = T.NaN;
            Assert.True(double.IsNaN(LargestMagnitude.Of(c, n)));
            values[n * 7 / 11] = T.NegativeInfinity;
            Assert.True(double.IsInfinity(LargestMagnitude.Of(c, n)));
        }
    }

    private static void SoftThresholds<T>(int n, bool streaming)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (values, weights) = (SampleGroups.Gaussian<T>(n + 1, n), SampleGroups.Positive<T>(n + 1, n + 1000));
        foreach (var factor in new[] { 1.3, double.NaN })
        {
            T[] expected = new T[n + 2], actual = new T[n + 2];
            fixed (T* c = values, w = weights, e = expected, a = actual)
            {
                var entries = new Entries<T>(c, w, n, 1, 1);
                Assert.Equal(
                    SoftThreshold.Scalar<T, Weighted>(entries, 0.4, factor, e),
                    SoftThreshold.Write<T, Weighted>(entries, 0.4, factor, streaming, a));
                CloseInFloat(expected, actual);
                Assert.Equal(
                    SoftThreshold.Scalar<T, Plain>(entries.Unweighted(), 0.4, factor, e),
                    SoftThreshold.Write<T, Plain>(entries.Unweighted(), 0.4, factor, streaming, a));
                CloseInFloat(expected, actual);
            }
        }
    }

    /// <summary>Floats are computed in float: to two units in the last place, but with exactly the same zeros and signs.</summary>
    private static void CloseInFloat<T>(T[] expected, T[] actual)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (unit, name) = (typeof(T) == typeof(float) ? Math.ScaleB(1, -22) : 0, typeof(T).Name);
        for (var j = 0; j < expected.Length; j++)
        {
            var (e, a) = (double.CreateTruncating(expected[j]), double.CreateTruncating(actual[j]));
            Assert.True(Math.Sign(e) == Math.Sign(a) && Math.Abs(e - a) <= unit * Math.Abs(e), $"{name} {j}: {a} instead of {e}");
        }
    }

    private static void Collected<T>(int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (values, weights) = (SampleGroups.Gaussian<T>(n + 1, n), SampleGroups.Positive<T>(n + 1, n + 1000));
        T[] expected = new T[n + 1], expectedWeights = new T[n + 1], actual = new T[n + Lanes.Width],
            actualWeights = new T[n + Lanes.Width];
        fixed (T* c = values, w = weights, e = expected, ew = expectedWeights, a = actual, aw = actualWeights)
        {
            var entries = new Entries<T>(c, w, n, 1, 1);
            int found = 0, wanted = 0;
            Vector512<long> largest = default, largestWanted = default;
            Close(
                Collector.Scalar<T, WeightedCount>(entries, 0.3, 0.9, e, ew, ref wanted, ref largestWanted),
                Collector.Collect<T, WeightedCount>(entries, 0.3, 0.9, a, aw, ref found, ref largest));
            Assert.Equal(wanted, found);
            Assert.Equal(LargestMagnitude.Scalar(c, n), LargestMagnitude.OfLanes(largest));
            Assert.Equal(LargestMagnitude.Scalar(c, n), LargestMagnitude.OfLanes(largestWanted));
            Assert.Equal(expected[..found], actual[..found]);
            Assert.Equal(expectedWeights[..found], actualWeights[..found]);
            List<T> stepwise = [];
            for (var j = Collector.NextBetween(entries, 0, 0.3, 0.9); j < n; j = Collector.NextBetween(entries, j + 1, 0.3, 0.9))
                stepwise.Add(values[j]);
            Assert.Equal(expected[..wanted], stepwise);

            // In place: what is collected goes to the beginning of what it is collected from.
            wanted = 0;
            var sums = Collector.Scalar<T, Weighted>(entries, 0.3, 0.9, e, ew, ref wanted, ref largest);
            found = 0;
            Close(sums, Collector.Collect<T, Weighted>(entries, 0.3, 0.9, c, w, ref found, ref largest));
            Assert.Equal(expected[..found], values[..found]);
        }
    }

    private static void Panels<T>(int columns, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (values, weights) = (SampleGroups.Gaussian<T>(columns * rows, columns),
            SampleGroups.Positive<T>(columns * rows, columns + 1000));
        double[] tau = [.. Enumerable.Range(0, columns).Select(k => 0.2 + 0.01 * k)], one = [.. Enumerable.Repeat(1.0, columns)],
            factor = [.. Enumerable.Repeat(1.3, columns)];
        var (result, streamed) = (new T[values.Length], new T[values.Length]);
        fixed (T* c = values, w = weights, to = result, past = streamed)
        fixed (double* t = tau, s = one, f = factor)
        {
            var panel = new ColumnPanel<T>(new(c, w, columns, columns, rows, columns));
            var kept = panel.Write<Weighted>(new(t, f, s, s), streaming: false, to);
            for (var k = 0; k < columns; k++)
            {
                T[] column = [.. Enumerable.Range(0, rows).Select(r => values[r * columns + k])],
                    own = [.. Enumerable.Range(0, rows).Select(r => weights[r * columns + k])];
                var written = new T[rows];
                fixed (T* cc = column, ow = own, cr = written)
                    kept -= SoftThreshold.Write<T, Weighted>(new(cc, ow, rows, 1, 1), tau[k], 1.3, false, cr);
                T[] actual = [.. Enumerable.Range(0, rows).Select(r => result[r * columns + k])];
                if (columns < Vector512<T>.Count) CloseInFloat(written, actual);
                else Assert.Equal(written, actual);
            }
            Assert.Equal(0, kept);
            if (panel.CanStream)
            {
                kept = panel.Write<Weighted>(new(t, f, s, s), streaming: false, to);
                Assert.Equal(kept, panel.Write<Weighted>(new(t, f, s, s), streaming: true, past));
                Assert.Equal(result, streamed);
            }
            panel.Write<Weighted>(new(t, f, s, s), streaming: false, c);
            Assert.Equal(result, values);
        }
    }

    private static void Transposed<T>(int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (stride, pitch) = (columns + 3, rows + 5);
        var values = SampleGroups.Gaussian<T>(rows * stride + 1, rows);
        T[] expected = new T[columns * pitch + 1], actual = new T[columns * pitch + 1];
        fixed (T* from = values, e = expected, a = actual)
        {
            Transposition.Scalar(from, stride, rows, columns, e, pitch);
            Transposition.Copy(from, stride, rows, columns, a, pitch);
        }
        Assert.Equal(expected, actual);
        for (var column = 0; column < columns; column++)
        {
            for (var row = 0; row < rows; row++) Assert.Equal(values[row * stride + column], actual[column * pitch + row]);
        }
    }

    [Fact]
    public void A_tile_holds_columns_until_it_forgets_them()
    {
        const int rows = 37, columns = 11, stride = 20;
        var (values, weights) = (SampleGroups.Gaussian<float>(rows * stride, 1), SampleGroups.Positive<float>(rows * stride, 2));
        fixed (float* c = values, w = weights)
        {
            ColumnTile<float> tile = new();
            void Holds(int row, int column, float value, float weight) =>
                Assert.Equal((value, weight), (tile.Values(column)[row], tile.Weights(column)[row]));
            tile.Hold(c + 3, w + 3, stride, rows, columns);
            Holds(36, 10, values[36 * stride + 13], weights[36 * stride + 13]);
            values[4 * stride + 8] = 77;
            tile.Forget();
            tile.Hold(c + 3, w + 3, stride, rows, columns);
            Holds(4, 5, 77, weights[4 * stride + 8]);
        }
    }
}
