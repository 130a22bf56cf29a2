using GspMl.Onnx;
using GspMl.Training.Data;
using GspMl.Training.Forward;
using GspMl.Training.Steps;

namespace GspMl.Training.Running;

/// <summary>
/// How many rows run at once. Where the model declares a number of its own, more are tried, and taken if the model puts out the same for
/// a row in either company.
/// </summary>
internal static class BatchChoice
{
    private const double LargestDifference = 1e-4;

    /// <summary>A batch, and the teacher over it.</summary>
    /// <exception cref="OnnxModelException">The teacher does not run.</exception>
    public static (Batch Batch, TeacherSession Teacher) Open(Sessions sessions, ForwardGraph teacher, RowStore store, int wanted)
    {
        var size = Math.Min(wanted, store.Rows);
        if (store.FixedBatch is not { } own || own == size) return Open(sessions, teacher, store, size, out _);
        var declared = Open(sessions, teacher, store, own, out var alone);
        if (TryOpen(sessions, teacher, store, size, out var together) is not { } more) return declared;
        if (AreAlike(alone, together))
        {
            Close(declared);
            return more;
        }
        Close(more);
        return declared;
    }

    private static (Batch, TeacherSession)? TryOpen(Sessions sessions, ForwardGraph teacher, RowStore store, int size, out float[][] first)
    {
        try { return Open(sessions, teacher, store, size, out first); }
        catch (OnnxModelException)
        {
            first = [];
            return null;
        }
    }

    private static (Batch, TeacherSession) Open(Sessions sessions, ForwardGraph teacher, RowStore store, int size, out float[][] first)
    {
        var batch = new Batch(store, size);
        TeacherSession? session = null;
        try
        {
            session = TeacherSession.Open(sessions, teacher, batch);
            batch.Fill([.. Enumerable.Range(0, Math.Min(size, store.Rows))]);
            using var results = session.Run();
            first = [.. results.Select(result => FirstRow(result.GetTensorDataAsSpan<float>(), size))];
            return (batch, session);
        }
        catch
        {
            session?.Dispose();
            batch.Dispose();
            throw;
        }
    }

    private static float[] FirstRow(ReadOnlySpan<float> values, int size) => values[..(values.Length / size)].ToArray();

    private static bool AreAlike(float[][] a, float[][] b)
        => a.Zip(b).All(pair => pair.First.Length == pair.Second.Length && pair.First.Zip(pair.Second)
            .All(values => Math.Abs(values.First - values.Second) <= LargestDifference * (1 + Math.Abs(values.First))));

    private static void Close((Batch Batch, TeacherSession Teacher) opened)
    {
        opened.Teacher.Dispose();
        opened.Batch.Dispose();
    }
}
