using Google.Protobuf;
using GspMl.Onnx.Files;
using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>
/// Writes a model: the bytes it was read from, with the edited tensors' elements in their places.
/// </summary>
internal static class ModelWriter
{
    /// <summary>Writes the model and its external data.</summary>
    /// <exception cref="OnnxModelException">It cannot be written there, or ONNX Runtime does not load it. The target is as it
    /// was.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled. The target is as it was.</exception>
    public static void Write(ModelContent model, string path, SaveOptions options, Disk? disk = null, CancellationToken cancel = default)
    {
        try
        {
            var target = Target(model, path);
            if (target.IsStream)
            {
                using var stream = target.Open();
                StreamedModel.Write(model, stream, options, path, cancel);
                return;
            }
            new ModelReplacement(model, target, options, disk ?? Disk.Local).Run(path, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal(path, e);
        }
    }

    /// <summary>Refuses a target that the model cannot be written to, before the work whose result goes there.</summary>
    /// <exception cref="OnnxModelException">The message tells why.</exception>
    public static void Check(ModelContent model, string path)
    {
        try { _ = Target(model, path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { throw Refusal(path, e); }
    }

    /// <summary>The model file in memory; external data is not in it.</summary>
    public static byte[] ToArray(ModelContent model) => Splice(model, ExternalFiles.InPlace(model)).ToArray();

    /// <summary>Bytes of the model file and of the external data it refers to.</summary>
    /// <exception cref="OnnxModelException">Its external data is not there.</exception>
    public static long Length(ModelContent model, WeightStorage storage = WeightStorage.Dense)
    {
        var external = ExternalFiles.InPlace(model);
        return Splice(model, external, storage).Length + external.Files.Sum(file => file.Length(model));
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

    private static OnnxModelException Refusal(string path, Exception e)
        => new(e.Message.StartsWith($"{path}: ", StringComparison.Ordinal) ? e.Message : $"{path} cannot be written: {e.Message}", e);

    private static OutputTarget Target(ModelContent model, string path)
    {
        var target = OutputTarget.Of(path);
        var data = ExternalFiles.InPlace(model).Files;
        if (data.Count == 0) return target;
        if (target.IsStream)
            throw new OnnxModelException($"{path} cannot be written: {model.Path} has external data, which needs files; {path} is a device "
                + "or a pipe.");
        // A reader looks for the data beside the name it was given.
        if (target.Folder != Path.GetDirectoryName(Path.GetFullPath(path)))
            throw new OnnxModelException($"{path} cannot be written: it is a symbolic link to {target.Path}, and external data would be "
                + "looked for beside both. Name the file itself.");
        if (data.Any(file => RealPath.Of(file.Source) == RealPath.Of(target.Path)))
            throw new OnnxModelException($"{path} is external data of {model.Path}; the model cannot be written there.");
        return target;
    }

    /// <summary>Whether ONNX Runtime takes what was written.</summary>
    public static void Check(ModelContent model, ExternalFiles external, string written, string path, WeightStorage storage,
        CancellationToken cancel = default)
    {
        LoadCheck.Verify(written, path);
        if (storage == WeightStorage.Dense) return;
        // Beside the written one, so that both find the same external data.
        var dense = written + ".dense";
        try
        {
            using (var stream = File.Create(dense)) Splice(model, external).WriteTo(stream);
            SparseCheck.Verify(model, written, dense, path, cancel);
        }
        finally
        {
            File.Delete(dense);
        }
    }

    /// <summary>The model file with the edited elements, and with external data under its new names.</summary>
    public static WireSplice Splice(ModelContent model, ExternalFiles external, WeightStorage storage = WeightStorage.Dense)
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
