using System.Numerics;
using System.Runtime.Intrinsics;

namespace GspMl.Projection.Kernels;

/// <summary>
/// What a <see cref="ColumnSweep"/> compares its columns with and finds of them; one array a quantity, so that a register of columns is
/// read at once. Sums of floats run in float over a block of rows.
/// </summary>
internal sealed unsafe class ColumnSums<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Narrow = 6, Wide = 3;

    private readonly PinnedArray<T> numbers = new(), values = new(), weights = new(), pair = new();
    private readonly PinnedArray<double> wide = new();
    private readonly PinnedArray<int> places = new(), marks = new();
    private int columns;

    /// <summary>The lower thresholds; with weights their signs are turned, since products are added.</summary>
    public T* Low => numbers.Pointer;

    /// <summary>The upper ones with their signs turned.</summary>
    public T* High => Low + columns;

    public T* P => Low + 2 * columns;

    public T* Q => Low + 3 * columns;

    /// <summary>Squared weights over the threshold, or how many entries are.</summary>
    public T* W => Low + 4 * columns;

    /// <summary>The largest magnitudes, infinity and NaN over all numbers.</summary>
    public T* Largest => Low + 5 * columns;

    /// <summary>Room for the places of what lies between in a few rows.</summary>
    public int* Marks => marks.Pointer;

    /// <summary>What lies between, in the order in which it was added.</summary>
    public T* Values => values.Pointer;

    public T* Weights => weights.Pointer;

    /// <summary>Of which column each is.</summary>
    public int* Places => places.Pointer;

    /// <summary>How many lie between.</summary>
    public int Found { get; private set; }

    /// <summary>Makes room, and sets everything to 0.</summary>
    /// <param name="columns">The number of columns.</param>
    /// <param name="together">The number of rows that marks are made for at once.</param>
    public void Begin(int columns, int together)
    {
        (this.columns, Found) = (columns, 0);
        numbers.Reserve(Narrow * columns);
        wide.Reserve(Wide * columns);
        numbers.Span(Narrow * columns).Clear();
        wide.Span(Wide * columns).Clear();
        // Two more may be written than count.
        marks.Reserve(together * columns + 2);
    }

    /// <summary>Makes room for so many more entries.</summary>
    public void Reserve(int more, bool weighted)
    {
        Grow(values, more);
        Grow(places, more);
        if (weighted) Grow(weights, more);
    }

    /// <summary>Adds an entry, for which there is room.</summary>
    public void Add(int column, T value, T weight)
    {
        (values[Found], places[Found]) = (value, column);
        if (weights.Length > Found) weights[Found] = weight;
        Found++;
    }

    /// <summary>A last row, with one of zeros after it.</summary>
    public ColumnRows<T> Paired(in ColumnRows<T> last)
    {
        pair.Reserve(4 * columns);
        pair.Span(4 * columns).Clear();
        T* values = pair.Pointer, own = values + 2 * columns;
        new ReadOnlySpan<T>(last.Values, columns).CopyTo(new(values, columns));
        if (last.Weights == null) return new(values, null, columns, 0, 2, columns);
        var each = last.WeightStride == 1 ? 1 : columns;
        new ReadOnlySpan<T>(last.Weights, each).CopyTo(new(own, each));
        return new(values, own, columns, each, 2, columns);
    }

    private void Grow<TItem>(PinnedArray<TItem> array, int more)
        where TItem : unmanaged
    {
        if (Found + more <= array.Length) return;
        var held = array.Span(Found).ToArray();
        array.Reserve(Math.Max(Found + more, 2 * array.Length));
        held.CopyTo(array.Span(Found));
    }

    /// <summary>Adds the sums in float to those in double.</summary>
    public void Widen()
    {
        T* sums = P;
        var to = wide.Pointer;
        var (end, j) = (Wide * columns, 0);
        for (; j <= end - Lanes.Width; j += Lanes.Width) (Vector512.Load(to + j) + Lanes.Load(sums + j)).Store(to + j);
        for (; j < end; j++) to[j] += double.CreateTruncating(sums[j]);
        new Span<T>(sums, end).Clear();
    }

    /// <summary>A column's sums, when all rows have been seen.</summary>
    public ThresholdSums Of(int column) => new(wide[column], wide[columns + column], wide[2 * columns + column]);
}
