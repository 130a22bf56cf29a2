using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Rows;

/// <summary>
/// The one door through which rows come in: it gives the vector of a column in the row under way and sees that the vector is what the
/// column's type says. ML.NET does not see to that: of an object whose array is too short, too long or null it makes a vector of another
/// length, and whoever copies that into a buffer of the column's size leaves the row before in the rest.
/// </summary>
/// <param name="row">The row, or the cursor that moves over the rows.</param>
/// <param name="column">The column: a vector of float of known size.</param>
/// <param name="nonNegative">Whether a negative value is an error.</param>
internal sealed class RowReader(DataViewRow row, DataViewSchema.Column column, bool nonNegative)
{
    private readonly ValueGetter<VBuffer<float>> getter = row.GetGetter<VBuffer<float>>(column);
    private readonly int size = column.VectorSize();

    /// <summary>
    /// Reads the row's vector, dense or sparse as it is: as many slots as the column has, finite values and, where that is asked, none
    /// below 0.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The row is otherwise; the message names column and row, and both sizes or the slot.
    /// </exception>
    public void Read(ref VBuffer<float> values)
    {
        getter(ref values);
        if (values.Length != size) throw RowErrors.Length(column.Name, RowName(), values.Length, size);
        if (!values.IsDense) CheckSlots(values.GetIndices());
        var bad = RowValues.IndexOfInvalid(values.GetValues(), nonNegative);
        if (bad < 0) return;
        var slot = values.IsDense ? bad : values.GetIndices()[bad];
        throw RowErrors.Value(column.Name, RowName(), slot, SlotNames.Read(column), values.GetValues()[bad]);
    }

    /// <summary>
    /// The row's number in its source, which is its identity there, whichever of several cursors it came by and in whatever order. Where
    /// sources were put together identities are hashes, and the number is the one in this cursor.
    /// </summary>
    private string RowName()
    {
        var id = default(DataViewRowId);
        row.GetIdGetter()(ref id);
        return id.High == 0 ? $"row {id.Low}" : $"row {row.Position} (identity {id})";
    }

    /// <summary>
    /// Sparse vectors are made by hand too, and nobody has looked at their slots: out of order they mean one thing to a copy and another to
    /// a product.
    /// </summary>
    private void CheckSlots(ReadOnlySpan<int> slots)
    {
        var last = -1;
        foreach (var slot in slots)
        {
            if (slot <= last || slot >= size) throw RowErrors.Slots(column.Name, RowName(), slot, last, size);
            last = slot;
        }
    }
}
