using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>
/// Writes a model: the bytes it was read from, with the edited tensors' elements in their places. Everything is
/// written into a folder beside the target, checked there, and then renamed.
/// </summary>
internal static class ModelWriter
{
    /// <summary>Writes the model and its external data.</summary>
    public static void Write(OnnxModel model, string path, SaveOptions options)
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
    public static byte[] ToArray(OnnxModel model) => Splice(model, ExternalFiles.InPlace(model)).ToArray();

    /// <summary>Bytes of the model file and of the external data it refers to.</summary>
    public static long Length(OnnxModel model)
        => Splice(model, ExternalFiles.InPlace(model)).Length + ExternalFiles.InPlace(model).Files.Sum(file => new FileInfo(file.Source).Length);

    /// <summary>The model file and its external data, one after the other.</summary>
    public static void WriteAll(OnnxModel model, Stream target)
    {
        var external = ExternalFiles.InPlace(model);
        Splice(model, external).WriteTo(target);
        foreach (var file in external.Files) file.WriteTo(target, model);
    }

    private static void WriteChecked(OnnxModel model, string path, SaveOptions options)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder)) throw new OnnxModelException($"{path} cannot be written: there is no folder {folder}.");
        var work = Path.Combine(folder, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            Directory.CreateDirectory(work);
            var external = ExternalFiles.For(model, path);
            WriteFiles(model, external, work, Path.GetFileName(path));
            if (options.CheckLoads) LoadCheck.Verify(Path.Combine(work, Path.GetFileName(path)), path);
            // The data first: a model file never names data that is not there.
            foreach (var file in external.Files) File.Move(Path.Combine(work, file.Target), Path.Combine(folder, file.Target), overwrite: true);
            File.Move(Path.Combine(work, Path.GetFileName(path)), path, overwrite: true);
        }
        finally
        {
            if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        }
    }

    private static void WriteFiles(OnnxModel model, ExternalFiles external, string work, string name)
    {
        using (var stream = Create(Path.Combine(work, name))) Splice(model, external).WriteTo(stream);
        foreach (var file in external.Files)
        {
            var target = Path.Combine(work, file.Target);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var stream = Create(target);
            file.WriteTo(stream, model);
        }
    }

    private static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);

    private static WireSplice Splice(OnnxModel model, ExternalFiles external)
    {
        var splice = new WireSplice(model.File.Bytes);
        foreach (var tensor in model.Edits.Tensors)
            if (tensor.Storage != TensorStorage.External && model.Edits.TryGet(tensor, out var elements))
                TensorSplice.Replace(splice, model.File, tensor, elements);
        foreach (var (tensor, location) in external.Moved) TensorSplice.Relocate(splice, model.File, tensor, location);
        return splice;
    }
}
