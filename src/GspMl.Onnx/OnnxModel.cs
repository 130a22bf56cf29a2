using System.IO.Compression;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Weights;
using GspMl.Onnx.Writing;

namespace GspMl.Onnx;

/// <summary>
/// A model as read from its file, with the values that pruning gave some of its weights. External data stays on disk
/// until it is needed.
/// </summary>
/// <remarks>
/// Nothing need be disposed of. New values of large external tensors lie in a temporary file, which goes with the model once nothing refers
/// to it;
/// <see cref="Dispose"/> frees that room at once.
/// </remarks>
/// <example>
/// <code>
/// var model = OnnxModel.Load("dense.onnx");
/// var pruned = ModelPruner.Prune(model, new() { Target = SparsityTarget.Zeros(0.5) }).Model;
/// pruned.Save("pruned.onnx");
/// </code>
/// </example>
public sealed class OnnxModel : IDisposable
{
    private OnnxModel(ModelContent content) => Content = content;

    /// <summary>The file the model was read from, or the name it was given.</summary>
    public string Path => Content.Path;

    /// <summary>The weights that can be pruned, in the order of the nodes that read them.</summary>
    public IReadOnlyList<PrunableWeight> Weights => Content.Weights;

    /// <summary>Floating-point and byte tensors that are no such weights, with the reason.</summary>
    public IReadOnlyList<SkippedTensor> Skipped => Content.Skipped;

    /// <summary>The names of the model's inputs that have no default value.</summary>
    public IReadOnlyList<string> Inputs => Content.Inputs;

    /// <summary>What the model is made of.</summary>
    internal ModelContent Content { get; }

    internal ModelFile File => Content.File;

    internal ModelEdits Edits => Content.Edits;

    internal ElementReader Elements => Content.Elements;

    internal ModelProto Proto => Content.Proto;

    internal TensorLocation Locate(TensorProto tensor) => Content.Locate(tensor);

    internal IEnumerable<TensorLocation> Tensors => Content.Tensors;

    /// <summary>Reads a model and finds its weights. External data is not read.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <exception cref="OnnxModelException">The file cannot be read or is no ONNX model.</exception>
    public static OnnxModel Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Open(ModelFile.Read(path));
    }

    /// <summary>Reads a model from a stream, up to its end, and finds its weights.</summary>
    /// <param name="stream">The bytes of an .onnx file; left open.</param>
    /// <param name="name">What messages and reports call the model.</param>
    /// <exception cref="OnnxModelException">The stream holds no ONNX model, or one with external data, which only lies beside a
    /// file.</exception>
    public static OnnxModel Load(Stream stream, string name = "model")
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return Load(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), name);
    }

    /// <summary>Reads a model from memory and finds its weights.</summary>
    /// <param name="bytes">The bytes of an .onnx file. They are kept, not copied, and must not change.</param>
    /// <param name="name">What messages and reports call the model.</param>
    /// <exception cref="OnnxModelException">The bytes are no ONNX model, or one with external data, which only lies beside a
    /// file.</exception>
    public static OnnxModel Load(ReadOnlyMemory<byte> bytes, string name = "model")
    {
        ArgumentNullException.ThrowIfNull(name);
        var model = Open(ModelFile.InMemory(name, bytes));
        return model.Tensors.FirstOrDefault(tensor => tensor.Storage == TensorStorage.External) is { } tensor
            ? throw new OnnxModelException($"{name}, tensor '{tensor.Name}': the model has external data; it is loaded from its file, not "
                + "from memory.")
            : model;
    }

    internal static OnnxModel Open(ModelFile file) => new(ModelContent.Of(file));

    /// <summary>The same model with other values for some of its tensors.</summary>
    internal OnnxModel With(ModelEdits edits) => new(Content.With(edits));

    /// <summary>The same model, its external data read on no more threads than this; 0 for as many as there are processors.</summary>
    internal OnnxModel WithThreads(int maxThreads) => new(Content.WithThreads(maxThreads));

    /// <summary>The same model with what it stores sparse stored dense, to be worked with.</summary>
    /// <exception cref="OnnxModelException">A sparse tensor contradicts itself, or is too large; the message names it.</exception>
    internal OnnxModel Dense() => DenseContent.Of(Content) is var dense && ReferenceEquals(dense, Content) ? this : new(dense);

    /// <summary>The same model with those tensors stored sparse that are so in the one it was made of.</summary>
    internal OnnxModel SparseAs(OnnxModel source)
        => SparseAgain.Of(Content, source.Content) is var sparse && ReferenceEquals(sparse, Content) ? this : new(sparse);

    /// <summary>
    /// Writes the model: beside the target and then renamed, so that a failure leaves what was there. The target may be the file the model
    /// was read from.
    /// </summary>
    /// <param name="path">The target.</param>
    /// <param name="options">How to store the weights and whether to check the result; null for the defaults.</param>
    /// <param name="cancel">Stops it before the target is replaced; nothing is written then.</param>
    /// <exception cref="OnnxModelException">The target cannot be written or is the model's own external data, or ONNX Runtime does not load
    /// the result.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model was pruned, and its new values are disposed of.</exception>
    public void Save(string path, SaveOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        options?.Validate();
        ModelWriter.Write(Content, path, options ?? new(), cancel: cancel);
    }

    /// <summary>Writes the model file to a stream.</summary>
    /// <param name="stream">The target; left open.</param>
    /// <param name="options">How to store the weights and whether to check the result; null for the defaults.</param>
    /// <param name="cancel">Stops it before the first byte; what is begun is written.</param>
    /// <exception cref="OnnxModelException">The model has external data, which only lies beside a file, or ONNX Runtime does not load the
    /// result.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The model was pruned, and its new values are disposed of.</exception>
    public void Save(Stream stream, SaveOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options?.Validate();
        StreamedModel.Write(Content, stream, options ?? new(), cancel: cancel);
    }

    /// <summary>The model's size in bytes: the file and its external data.</summary>
    /// <exception cref="OnnxModelException">External data is not there, or lies outside the model's folder.</exception>
    public long MeasureBytes() => ModelWriter.Length(Content);

    /// <summary>
    /// The size when compressed by gzip (the optimal level), in bytes: what a download or an archive takes. Reads and compresses
    /// everything.
    /// </summary>
    /// <exception cref="OnnxModelException">External data is not there, or lies outside the model's folder.</exception>
    public long MeasureGzipBytes()
    {
        using var counter = new CountingStream();
        using (var gzip = new GZipStream(counter, CompressionLevel.Optimal, leaveOpen: true)) ModelWriter.WriteAll(Content, gzip);
        return counter.Length;
    }

    /// <summary>
    /// Frees the temporary file of the new values, if there is one; the model can then no longer be written or run. Without it, garbage
    /// collection does so.
    /// </summary>
    public void Dispose() => Edits.Dispose();
}
