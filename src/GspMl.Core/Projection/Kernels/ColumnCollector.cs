using System.Numerics;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// What <see cref="Collector"/> does, for interleaved vectors in their own arithmetic and without copying them: one sweep over all, from
/// which each is then taken.
/// </summary>
internal sealed unsafe class ColumnCollector<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ColumnSums<T> columns = new();
    private readonly PinnedArray<T> values = new(), weights = new();
    private readonly PinnedArray<int> ends = new();
    private double* low, high;
    private int whole;

    /// <summary>Sweeps over all columns.</summary>
    /// <param name="all">The rows; columns that fill no register can't be taken.</param>
    /// <param name="low">A lower threshold for each column.</param>
    /// <param name="high">An upper one.</param>
    /// <param name="scale">What its entries are multiplied with: those with another scale than 1 can't be taken.</param>
    /// <param name="weightScale">The same of its weights.</param>
    public void Sweep(in ColumnRows<T> all, double* low, double* high, double* scale, double* weightScale)
    {
        this.low = low;
        this.high = high;
        whole = ColumnSweep.Whole<T>(all.Columns);
        var matrix = new ColumnRows<T>(all.Values, all.Weights, all.Stride, all.WeightStride, all.Rows, whole);
        columns.Begin(whole, ColumnSweep.MostRows);
        for (var k = 0; k < matrix.Columns; k++)
        {
            var (from, to) = scale[k] == 1 && weightScale[k] == 1 ? Bounds(low[k], high[k], matrix.Weights != null) : Nothing;
            (columns.Low[k], columns.High[k]) = (matrix.Weights == null ? from : -from, -to);
        }
        if (matrix.Weights == null) ColumnSweep.Over<T, OwnsNone>(matrix, columns);
        else if (matrix.WeightStride == 1) ColumnSweep.Over<T, Shares>(matrix, columns);
        else ColumnSweep.Over<T, OwnsEach>(matrix, columns);
        Sort(matrix.Columns, matrix.Weights != null);
    }

    /// <summary>Brings what lies between into the order of the columns, and of the rows within each.</summary>
    private void Sort(int count, bool weighted)
    {
        values.Reserve(columns.Found);
        if (weighted) weights.Reserve(columns.Found);
        ends.Reserve(count + 1);
        ends.Span(count + 1).Clear();
        var places = new ReadOnlySpan<int>(columns.Places, columns.Found);
        var end = ends.Span(count + 1);
        foreach (var place in places) end[place + 1]++;
        for (var k = 0; k < count; k++) end[k + 1] += end[k];
        // From where each column begins on, so that these become where each ends.
        for (var i = 0; i < places.Length; i++)
        {
            var to = end[places[i]]++;
            values[to] = columns.Values[i];
            if (weighted) weights[to] = columns.Weights[i];
        }
    }

    /// <summary>The largest magnitude of a column.</summary>
    public double Largest(int column) => double.CreateTruncating(columns.Largest[column]);

    /// <summary>Takes what was found of a column, as <see cref="Collector.Collect"/> gives it.</summary>
    /// <param name="column">The column.</param>
    /// <param name="values">Receives what lies between its thresholds.</param>
    /// <param name="weights">Receives the weights of that, or null.</param>
    /// <param name="count">How many entries these are.</param>
    /// <param name="sums">The sums of what exceeds the upper threshold.</param>
    /// <returns>Whether the arithmetic was wide enough.</returns>
    public bool TryTake(int column, T* values, T* weights, out int count, out ThresholdSums sums)
    {
        (count, sums) = (0, default);
        if (column >= whole || !TrySums(column, weights != null, out sums)) return false;
        var from = column == 0 ? 0 : ends[column - 1];
        count = ends[column] - from;
        new ReadOnlySpan<T>(this.values.Pointer + from, count).CopyTo(new(values, count));
        if (weights == null) return true;
        new ReadOnlySpan<T>(this.weights.Pointer + from, count).CopyTo(new(weights, count));
        if (typeof(T) == typeof(double)) return true;
        // The bracket of floats was widened: what lies within is looked at once more, exactly.
        var (found, largest) = (0, Vector512<long>.Zero);
        Candidates<T>.Pad(values, weights, count);
        sums += Collector.Collect<T, Weighted>(new(values, weights, Candidates<T>.Padded(count), 1, 1), low[column], high[column], values,
            weights, ref found, ref largest);
        count = found;
        return true;
    }

    private static (T Low, T High) Nothing => (T.PositiveInfinity, T.PositiveInfinity);

    /// <summary>A bracket in the arithmetic of T: exact for plain entries, widened for weighted floats.</summary>
    private static (T Low, T High) Bounds(double low, double high, bool weighted)
    {
        if (typeof(T) == typeof(double)) return (T.CreateTruncating(low), T.CreateTruncating(high));
        var (from, to) = (SplitThreshold.Of(low).Floor, SplitThreshold.Of(high).Floor);
        return (T.CreateTruncating(from), T.CreateTruncating(weighted ? MathF.BitIncrement(to) : to));
    }

    private bool TrySums(int column, bool weighted, out ThresholdSums sums)
    {
        var (over, used) = (columns.Of(column), -double.CreateTruncating(columns.High[column]));
        sums = over;
        if (!double.IsFinite(used)) return false;
        if (typeof(T) == typeof(double)) return true;
        sums = over.Lowered(used - high[column]);
        return columns.Largest[column] == T.Zero
            || (weighted ? WeightedFloatCollector.IsHeld(over, support: 1) : FloatCollector.IsHeld(over, sums));
    }
}
