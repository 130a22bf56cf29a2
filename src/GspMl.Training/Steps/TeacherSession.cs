using GspMl.Onnx;
using GspMl.Training.Data;
using GspMl.Training.Forward;
using GspMl.Training.Losses;
using Microsoft.ML.OnnxRuntime;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Training.Steps;

/// <summary>The model whose outputs are wanted, over batches of one size.</summary>
internal sealed class TeacherSession : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly Batch batch;
    private readonly string[] outputs;
    private readonly string path;

    private TeacherSession(string path, InferenceSession session, Batch batch, string[] outputs)
        => (this.path, this.session, this.batch, this.outputs) = (path, session, batch, outputs);

    /// <exception cref="OnnxModelException">The model cannot be loaded, or no output holds floating-point numbers.</exception>
    public static TeacherSession Open(Sessions sessions, ForwardGraph teacher, Batch batch)
    {
        var graph = teacher.Copy();
        var session = sessions.Open(teacher.Wrap(graph));
        string[] real = [.. teacher.Outputs.Where(name => session.OutputMetadata[name].ElementDataType == OrtType.Float)];
        if (real.Length > 0) return new(teacher.Path, session, batch, real);
        session.Dispose();
        throw new OnnxModelException($"{teacher.Path}: no output holds floating-point numbers of single precision.");
    }

    /// <summary>The outputs.</summary>
    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>Runs the batch as it is; the caller owns the results, in the order of the outputs.</summary>
    /// <exception cref="OnnxModelException">The model does not take a batch of this size.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run()
    {
        try { return session.Run(options, batch.Values, outputs); }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{path}: a batch of {batch.Size} rows does not run: {e.Message}", e);
        }
    }

    /// <summary>What it puts out for all rows.</summary>
    /// <exception cref="OnnxModelException">An output does not have a batch's rows on its first axis.</exception>
    public IReadOnlyList<TeacherOutput> RunAll(int rows, CancellationToken cancel)
    {
        var all = outputs.Select(_ => new float[rows][]).ToArray();
        var shapes = new long[outputs.Length][];
        for (var first = 0; first < rows; first += batch.Size)
        {
            cancel.ThrowIfCancellationRequested();
            var count = Math.Min(batch.Size, rows - first);
            batch.Fill(Enumerable.Range(first, count).ToArray());
            using var results = Run();
            for (var o = 0; o < outputs.Length; o++) shapes[o] = Take(outputs[o], results[o], all[o], first, count);
        }
        return [.. outputs.Select((name, o) => new TeacherOutput(name, shapes[o], all[o]))];
    }

    private long[] Take(string name, OrtValue value, float[][] rows, int first, int count)
    {
        var shape = value.GetTensorTypeAndShape().Shape;
        if (shape.Length == 0 || shape[0] % batch.Size != 0)
            throw new OnnxModelException($"{path}: output '{name}' has shape [{string.Join(',', shape)}] for {batch.Size} rows; they do "
                + "not lie on its first axis.");
        var values = value.GetTensorDataAsSpan<float>();
        var length = values.Length / batch.Size;
        for (var row = 0; row < count; row++) rows[first + row] = values.Slice(row * length, length).ToArray();
        return [shape[0] / batch.Size, .. shape[1..]];
    }

    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }
}
