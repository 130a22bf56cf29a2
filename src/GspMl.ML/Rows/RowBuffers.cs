using GspMl.ML.Schema;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Rows;

/// <summary>Rows between ML.NET's vectors, dense or sparse, and spans.</summary>
internal static class RowBuffers
{
    /// <summary>Copies a row, dense or sparse, and sees to it that its values are finite and, where that is asked, not negative.</summary>
    /// <exception cref="InvalidOperationException">A value is not; the message names row and slot.</exception>
    public static void CopyChecked(in VBuffer<float> values, Span<float> destination, DataViewRow row, DataViewSchema.Column column, bool nonNegative)
    {
        Check(values, row, column, nonNegative);
        values.CopyTo(destination);
    }

    /// <summary>Sees to it that a row's values are finite and, where that is asked, not negative.</summary>
    /// <exception cref="InvalidOperationException">A value is not; the message names row and slot.</exception>
    public static void Check(in VBuffer<float> values, DataViewRow row, DataViewSchema.Column column, bool nonNegative)
    {
        var bad = RowValues.IndexOfInvalid(values.GetValues(), nonNegative);
        if (bad < 0) return;
        var slot = values.IsDense ? bad : values.GetIndices()[bad];
        throw RowValues.Invalid(column.Name, row.Position, slot, SlotNames.Read(column), values.GetValues()[bad]);
    }

    /// <summary>Writes a row, sparse where that is smaller: an index and a value for each entry that is not 0.</summary>
    public static void Write(ReadOnlySpan<float> values, ref VBuffer<float> result)
    {
        var nonZeros = values.Length - values.Count(0f);
        if (2 * nonZeros < values.Length) WriteSparse(values, nonZeros, ref result);
        else WriteDense(values, ref result);
    }

    public static void WriteDense(ReadOnlySpan<float> values, ref VBuffer<float> result)
    {
        var editor = VBufferEditor.Create(ref result, values.Length);
        values.CopyTo(editor.Values);
        result = editor.Commit();
    }

    private static void WriteSparse(ReadOnlySpan<float> values, int nonZeros, ref VBuffer<float> result)
    {
        var editor = VBufferEditor.Create(ref result, values.Length, nonZeros);
        var at = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] == 0) continue;
            editor.Indices[at] = i;
            editor.Values[at++] = values[i];
        }
        result = editor.Commit();
    }
}
