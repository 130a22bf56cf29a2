using System.Numerics;
using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Rows;

/// <summary>The rows of one vector column, which can be read again and again; each pass opens a cursor of its own.</summary>
internal sealed class VectorRows
{
    private readonly IDataView data;
    private readonly DataViewSchema.Column column;
    private readonly bool nonNegative;

    /// <param name="data">The data.</param>
    /// <param name="name">The column: a vector of float of known size.</param>
    /// <param name="nonNegative">Whether a negative value is an error.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of another type.</exception>
    public VectorRows(IDataView data, string name, bool nonNegative)
    {
        ArgumentNullException.ThrowIfNull(data);
        this.data = data;
        this.nonNegative = nonNegative;
        column = data.Schema.RequireSingleVector(name);
        Size = column.VectorSize();
        SlotNames = Schema.SlotNames.Read(column);
    }

    public int Size { get; }

    public IReadOnlyList<string> SlotNames { get; }

    /// <summary>The number of rows, where it is known without reading them.</summary>
    public long? Count => data.GetRowCount();

    /// <summary>One pass over the rows in their order. The buffer that is handed out is reused for the next row.</summary>
    /// <exception cref="InvalidOperationException">A value is not finite, or negative where it must not be.</exception>
    public IEnumerable<VBuffer<float>> Read(CancellationToken cancel)
    {
        using var cursor = data.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        var values = default(VBuffer<float>);
        for (long row = 0; cursor.MoveNext(); row++)
        {
            cancel.ThrowIfCancellationRequested();
            getter(ref values);
            Check(values, row);
            yield return values;
        }
    }

    /// <summary>One pass in dense batches of at most <paramref name="capacity"/> rows, row-major; the memory is reused for the next batch.</summary>
    /// <exception cref="InvalidOperationException">A value is not finite, or negative where it must not be.</exception>
    public IEnumerable<ReadOnlyMemory<float>> ReadBatches(int capacity, CancellationToken cancel)
    {
        var buffer = new float[(long)capacity * Size];
        var filled = 0;
        foreach (var row in Read(cancel))
        {
            row.CopyTo(buffer.AsSpan(filled++ * Size, Size));
            if (filled < capacity) continue;
            yield return buffer;
            filled = 0;
        }
        if (filled > 0) yield return buffer.AsMemory(0, filled * Size);
    }

    /// <summary>Sees that a row holds finite numbers, and none below 0 where that is asked.</summary>
    private void Check(in VBuffer<float> row, long number)
    {
        var values = row.GetValues();
        var bad = RowValues.IndexOfInvalid(values, nonNegative);
        if (bad < 0) return;
        var slot = row.IsDense ? bad : row.GetIndices()[bad];
        throw RowValues.Invalid(column.Name, number, slot, SlotNames, values[bad]);
    }
}

/// <summary>What a component accepts as the values of a row.</summary>
internal static class RowValues
{
    /// <summary>The place of the first value that is NaN, infinite or, where that is asked, negative; −1 where there is none.</summary>
    public static int IndexOfInvalid(ReadOnlySpan<float> values, bool nonNegative)
    {
        var least = nonNegative ? 0 : float.MinValue;
        var (low, high) = (new Vector<float>(least), new Vector<float>(float.MaxValue));
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(values[i..]);
            if (!Vector.GreaterThanOrEqualAll(value, low) || !Vector.LessThanOrEqualAll(value, high)) break;
        }
        // The rest, or the lane that failed: a comparison with NaN is false, so that NaN fails as infinity does.
        for (; i < values.Length; i++)
            if (!(values[i] >= least && values[i] <= float.MaxValue)) return i;
        return -1;
    }

    public static InvalidOperationException Invalid(string column, long row, int slot, IReadOnlyList<string> names, float value)
    {
        var name = slot < names.Count ? $" ('{names[slot]}')" : "";
        var reason = float.IsFinite(value) ? "is negative" : "is not a finite number";
        return new($"Column '{column}', row {row}, slot {slot}{name}: the value {value} {reason}.");
    }
}
