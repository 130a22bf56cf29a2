using Microsoft.ML.Data;

namespace GspMl.ML.Rows;

/// <summary>Writes rows as ML.NET's vectors, dense or sparse.</summary>
internal static class RowBuffers
{
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
