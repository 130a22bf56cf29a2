using Google.Protobuf;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Threading;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Products;

/// <summary>
/// Products of float matrices by ONNX Runtime's own kernels, which are near the peak of the machine: everything that costs more than one
/// pass over a layer's weights is put into this form. Matrices are row-major and lie behind one another, one for each group of filters.
/// ONNX Runtime adds up in another order where it shares a product out among other numbers of threads; so each of its runs has one thread,
/// and large products are shared out here, in pieces that depend on nothing but their size.
/// </summary>
/// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
/// <param name="cancel">Looked at before each product.</param>
internal sealed class MatrixProduct(int maxThreads, CancellationToken cancel = default) : IDisposable
{
    private readonly RunOptions run = new();
    private bool isDisposed;
    private readonly Lazy<InferenceSession> plain = new(() => Open(ProductGraph.Of(isTransposed: false)));
    private readonly Lazy<InferenceSession> transposed = new(() => Open(ProductGraph.Of(isTransposed: true)));

    /// <summary>C = A·B for each group; groups · rows · inner · columns multiply-adds.</summary>
    /// <param name="size">The shapes.</param>
    /// <param name="a">groups × rows × inner.</param>
    /// <param name="b">groups × inner × columns.</param>
    /// <param name="c">groups × rows × columns.</param>
    public void Multiply(ProductSize size, Memory<float> a, Memory<float> b, Memory<float> c)
        => Run(plain, size, (a, b, c), isTransposed: false);

    /// <summary>C = A·Bᵀ for each group.</summary>
    /// <param name="size">The shapes.</param>
    /// <param name="a">groups × rows × inner.</param>
    /// <param name="b">groups × columns × inner.</param>
    /// <param name="c">groups × rows × columns.</param>
    public void MultiplyTransposed(ProductSize size, Memory<float> a, Memory<float> b, Memory<float> c)
        => Run(transposed, size, (a, b, c), isTransposed: true);

    private void Run(Lazy<InferenceSession> opened, ProductSize size, (Memory<float> A, Memory<float> B, Memory<float> C) matrices,
        bool isTransposed)
    {
        // A session that is freed takes the process down.
        ObjectDisposedException.ThrowIf(isDisposed, this);
        cancel.ThrowIfCancellationRequested();
        var (session, pieces) = (opened.Value, ProductPieces.Of(size));
        Threads.For(pieces.Count, maxThreads, i => Run(session, pieces[i], size, matrices, isTransposed), cancel);
    }

    private void Run(InferenceSession session, ProductPiece piece, ProductSize size,
        (Memory<float> A, Memory<float> B, Memory<float> C) matrices, bool isTransposed)
    {
        var (groups, rows) = (piece.Groups, piece.Rows);
        var first = ((long)piece.FirstGroup * size.Rows) + piece.FirstRow;
        using var left = Tensor(matrices.A, first * size.Inner, [groups, rows, size.Inner]);
        using var right = Tensor(matrices.B, (long)piece.FirstGroup * size.Inner * size.Columns,
            isTransposed ? [groups, size.Columns, size.Inner] : [groups, size.Inner, size.Columns]);
        using var product = Tensor(matrices.C, first * size.Columns, [groups, rows, size.Columns]);
        session.Run(run, ProductGraph.Inputs, [left, right], ProductGraph.Outputs, [product]);
    }

    private static OrtValue Tensor(Memory<float> values, long first, long[] shape)
        => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance,
            values.Slice(checked((int)first), checked((int)shape.Aggregate(1L, (product, extent) => product * extent))), shape);

    private static InferenceSession Open(ModelProto graph)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.IntraOpNumThreads = 1;
        options.EnableCpuMemArena = false;
        return new(graph.ToByteArray(), options);
    }

    /// <summary>Frees the sessions.</summary>
    public void Dispose()
    {
        isDisposed = true;
        foreach (var session in new[] { plain, transposed })
            if (session.IsValueCreated) session.Value.Dispose();
        run.Dispose();
    }
}
