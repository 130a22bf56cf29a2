using Google.Protobuf;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Products;

/// <summary>
/// Products of float matrices by ONNX Runtime's own kernels, which are near the peak of the machine: everything that costs more than one
/// pass over a layer's weights is put into this form. Matrices are row-major and lie behind one another, one for each group of filters.
/// </summary>
/// <param name="maxThreads">The most threads to use; 0 leaves it to ONNX Runtime.</param>
/// <param name="cancel">Looked at before each product.</param>
internal sealed class MatrixProduct(int maxThreads, CancellationToken cancel = default) : IDisposable
{
    private readonly RunOptions run = new();
    private bool isDisposed;
    private readonly Lazy<InferenceSession> plain = new(() => Open(maxThreads, ProductGraph.Of(isTransposed: false)));
    private readonly Lazy<InferenceSession> transposed = new(() => Open(maxThreads, ProductGraph.Of(isTransposed: true)));

    /// <summary>C = A·B for each group; groups · rows · inner · columns multiply-adds.</summary>
    /// <param name="size">The shapes.</param>
    /// <param name="a">groups × rows × inner.</param>
    /// <param name="b">groups × inner × columns.</param>
    /// <param name="c">groups × rows × columns.</param>
    public void Multiply(ProductSize size, Memory<float> a, Memory<float> b, Memory<float> c)
        => Run(plain.Value, a, [size.Groups, size.Rows, size.Inner], b, [size.Groups, size.Inner, size.Columns], c, size);

    /// <summary>C = A·Bᵀ for each group.</summary>
    /// <param name="size">The shapes.</param>
    /// <param name="a">groups × rows × inner.</param>
    /// <param name="b">groups × columns × inner.</param>
    /// <param name="c">groups × rows × columns.</param>
    public void MultiplyTransposed(ProductSize size, Memory<float> a, Memory<float> b, Memory<float> c)
        => Run(transposed.Value, a, [size.Groups, size.Rows, size.Inner], b, [size.Groups, size.Columns, size.Inner], c, size);

    private void Run(InferenceSession session, Memory<float> a, long[] shapeA, Memory<float> b, long[] shapeB, Memory<float> c,
        ProductSize size)
    {
        // A session that is freed takes the process down.
        ObjectDisposedException.ThrowIf(isDisposed, this);
        cancel.ThrowIfCancellationRequested();
        using var left = Tensor(a, shapeA);
        using var right = Tensor(b, shapeB);
        using var product = Tensor(c, [size.Groups, size.Rows, size.Columns]);
        session.Run(run, ProductGraph.Inputs, [left, right], ProductGraph.Outputs, [product]);
    }

    private static OrtValue Tensor(Memory<float> values, long[] shape)
        => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance,
            values[..checked((int)shape.Aggregate(1L, (product, extent) => product * extent))], shape);

    private static InferenceSession Open(int maxThreads, ModelProto graph)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.IntraOpNumThreads = maxThreads;
        options.EnableCpuMemArena = false;
        // Threads that spin between products would take the cores from what lies between them.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
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

/// <summary>The shapes of a product A·B.</summary>
/// <param name="Groups">Products at once.</param>
/// <param name="Rows">Rows of A.</param>
/// <param name="Inner">Columns of A, rows of B.</param>
/// <param name="Columns">Columns of B.</param>
internal readonly record struct ProductSize(int Groups, int Rows, int Inner, int Columns);
