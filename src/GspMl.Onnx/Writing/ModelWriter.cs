using Google.Protobuf;
using GspMl.Onnx.Weights;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>
/// Writes a model: the bytes it was read from, with the edited tensors' elements in their places. Everything is
/// written into a folder beside the target, checked there, and then renamed.
/// </summary>
internal static class ModelWriter
{
    /// <summary>Writes the model and its external data.</summary>
    public static void Write(ModelContent model, string path, SaveOptions options)
    {
        try
        {
            WriteChecked(model, Path.GetFullPath(path), options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnnxModelException($"{path} cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The model file in memory; external data is not in it.</summary>
    public static byte[] ToArray(ModelContent model) => Splice(model, ExternalFiles.InPlace(model)).ToArray();

    /// <summary>Bytes of the model file and of the external data it refers to.</summary>
    /// <exception cref="OnnxModelException">Its external data is not there.</exception>
    public static long Length(ModelContent model)
    {
        var external = ExternalFiles.InPlace(model);
        try { return Splice(model, external).Length + external.Files.Sum(file => file.Length(model)); }
        catch (IOException e) { throw new OnnxModelException($"{model.Path}: {e.Message}", e); }
    }

    /// <summary>The model file and its external data, one after the other.</summary>
    /// <exception cref="OnnxModelException">Its external data is not there.</exception>
    public static void WriteAll(ModelContent model, Stream target)
    {
        var external = ExternalFiles.InPlace(model);
        Splice(model, external).WriteTo(target);
        try
        {
            foreach (var file in external.Files) file.WriteTo(target, model);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OnnxModelException($"{model.Path}: {e.Message}", e);
        }
    }

    private static void WriteChecked(ModelContent model, string path, SaveOptions options)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder)) throw new OnnxModelException($"{path} cannot be written: there is no folder {folder}.");
        var work = Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            Directory.CreateDirectory(work);
            var external = ExternalFiles.For(model, path);
            WriteFiles(model, external, work, Path.GetFileName(path), options.Storage);
            if (options.CheckLoads) Check(model, external, Path.Combine(work, Path.GetFileName(path)), path, options.Storage);
            // The data first: a model file never names data that is not there.
            foreach (var file in external.Files) Move(Path.Combine(work, file.Target), Path.Combine(folder, file.Target));
            File.Move(Path.Combine(work, Path.GetFileName(path)), path, overwrite: true);
        }
        finally
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }
    }

    private static void Move(string data, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(data, target, overwrite: true);
    }

    private static void Check(ModelContent model, ExternalFiles external, string written, string path, WeightStorage storage)
    {
        LoadCheck.Verify(written, path);
        if (storage == WeightStorage.Dense) return;
        // Beside the written one, so that both find the same external data.
        var dense = written + ".dense";
        using (var stream = Create(dense)) Splice(model, external).WriteTo(stream);
        SparseCheck.Verify(model, written, dense, path);
    }

    private static void WriteFiles(ModelContent model, ExternalFiles external, string work, string name, WeightStorage storage)
    {
        using (var stream = Create(Path.Combine(work, name))) Splice(model, external, storage).WriteTo(stream);
        foreach (var file in external.Files)
        {
            var target = Path.Combine(work, file.Target);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var stream = Create(target);
            file.WriteTo(stream, model);
        }
    }

    private static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);

    private static WireSplice Splice(ModelContent model, ExternalFiles external, WeightStorage storage = WeightStorage.Dense)
    {
        var splice = new WireSplice(model.File.Bytes);
        var sparse = storage == WeightStorage.Sparse ? SparseForm.Of(model).ToDictionary(form => form.Tensor, form => form.Sparse) : [];
        foreach (var tensor in model.Edits.Tensors)
            if (tensor.Storage != TensorStorage.External && !sparse.ContainsKey(tensor))
                TensorSplice.Replace(splice, model.File, tensor, model.Edits[tensor]);
        foreach (var (tensor, form) in sparse)
        {
            var (graph, dense) = (tensor.Wire.Parent!, tensor.Wire.Field);
            splice.Replace(graph, dense.Start, dense.End, Varint.EncodeField(OnnxField.GraphSparseInitializer, form.ToByteArray()));
        }
        foreach (var (tensor, location) in external.Moved) TensorSplice.Relocate(splice, model.File, tensor, location);
        return splice;
    }
}
