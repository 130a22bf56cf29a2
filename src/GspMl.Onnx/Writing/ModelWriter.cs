using GspMl.Onnx.Weights;
using Google.Protobuf;
using GspMl.Onnx.Files;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>
/// Writes a model: the bytes it was read from, with the edited tensors' elements in their places. The model file is written beside its target,
/// checked, and renamed. External data gets names that no file has, so that whoever opens the target, at any moment and after any kill, finds
/// the old model with its data or the new one with its own. What nothing reads any more is removed last.
/// </summary>
internal static class ModelWriter
{
    /// <summary>Writes the model and its external data.</summary>
    /// <exception cref="OnnxModelException">It cannot be written there, or ONNX Runtime does not load it. The target is as it was.</exception>
    public static void Write(ModelContent model, string path, SaveOptions options, Disk? disk = null)
    {
        try
        {
            var target = Target(model, path);
            if (target.IsStream) Stream(model, target, path, options);
            else Replace(model, target, path, options, disk ?? Disk.Local);
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
        try { return Splice(model, external, storage).Length + external.Files.Sum(file => file.Length(model)); }
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

    private static OnnxModelException Refusal(string path, Exception e)
        => new(e.Message.StartsWith($"{path}: ", StringComparison.Ordinal) ? e.Message : $"{path} cannot be written: {e.Message}", e);

    private static OutputTarget Target(ModelContent model, string path)
    {
        var target = OutputTarget.Of(path);
        var data = ExternalFiles.InPlace(model).Files;
        if (data.Count == 0) return target;
        if (target.IsStream) throw new OnnxModelException($"{path} cannot be written: {model.Path} has external data, which needs files; {path} is a device or a pipe.");
        // A reader looks for the data beside the name it was given.
        if (target.Folder != Path.GetDirectoryName(Path.GetFullPath(path)))
            throw new OnnxModelException($"{path} cannot be written: it is a symbolic link to {target.Path}, and external data would be looked for beside both. Name the file itself.");
        if (data.Any(file => Path.GetFullPath(file.Source) == target.Path)) throw new OnnxModelException($"{path} is external data of {model.Path}; the model cannot be written there.");
        return target;
    }

    private static void Stream(ModelContent model, OutputTarget target, string path, SaveOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("gspml-");
        try
        {
            var whole = Path.Combine(folder.FullName, "model.onnx");
            var external = ExternalFiles.InPlace(model);
            using (var file = File.Create(whole)) Splice(model, external, options.Storage).WriteTo(file);
            if (options.CheckLoads) Check(model, external, whole, path, options.Storage);
            using var source = File.OpenRead(whole);
            using var stream = target.Open();
            source.CopyTo(stream);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Replace(ModelContent model, OutputTarget target, string path, SaveOptions options, Disk disk)
    {
        Leftovers.Remove(target.Folder, disk, DataReaders.Unread);
        using var hold = WriteLock.Take(target.Path, disk);
        try
        {
            var external = WriteData(model, target, hold, disk);
            disk.Write(hold.Staged, target.Old, isDurable: target.Old is not null, Splice(model, external, options.Storage).WriteTo);
            if (options.CheckLoads) Check(model, external, hold.Staged, path, options.Storage);
            foreach (var location in Replaced(model, target)) hold.RecordOld(location);
            if (target.Old is not null) SyncFolders(target, external, disk);
            disk.Move(hold.Staged, target.Path);
            if (target.Old is not null) disk.SyncFolder(target.Folder);
        }
        finally
        {
            Leftovers.Remove(hold, disk, DataReaders.Unread);
        }
    }

    /// <summary>Has the names of the new files written to the medium, before the model that names them can be.</summary>
    private static void SyncFolders(OutputTarget target, ExternalFiles external, Disk disk)
    {
        foreach (var folder in external.Files.Select(file => Path.GetDirectoryName(Path.Combine(target.Folder, file.Target))!).Append(target.Folder).Distinct())
            disk.SyncFolder(folder);
    }

    /// <summary>Data of the model that is replaced, which no other model reads, nor the one that was read to make this one.</summary>
    private static IEnumerable<string> Replaced(ModelContent model, OutputTarget target)
    {
        if (target.Old is null) return [];
        var isSource = OutputTarget.EndOf(model.File.FullPath) == target.Path;
        var source = isSource ? [] : ExternalFiles.InPlace(model).Files.Select(file => Path.GetFullPath(file.Source)).ToHashSet();
        return DataReaders.OnlyOf(target.Path).Where(location => !source.Contains(Path.Combine(target.Folder, location)));
    }

    private static ExternalFiles WriteData(ModelContent model, OutputTarget target, WriteLock hold, Disk disk)
    {
        var readers = new Lazy<DataReaders>(() => DataReaders.Around(target.Path));
        return ExternalFiles.Write(model, target.Name, file => file.Target != target.Name && TryWrite(file, model, target, readers.Value, hold, disk));
    }

    /// <summary>False where a file has the name, or a model reads one of that name that is missing.</summary>
    private static bool TryWrite(ExternalFile file, ModelContent model, OutputTarget target, DataReaders readers, WriteLock hold, Disk disk)
    {
        var path = Path.Combine(target.Folder, file.Target);
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null || readers.Names(path)) return false;
        hold.RecordNew(file.Target);
        disk.CreateFolder(Path.GetDirectoryName(path)!);
        var isMade = false;
        try
        {
            disk.Write(path, FileStatus.Of(Path.Combine(target.Folder, file.Location)) ?? target.Old, isDurable: target.Old is not null, stream =>
            {
                isMade = true;
                file.WriteTo(stream, model);
            });
        }
        catch (IOException) when (!isMade && File.Exists(path))
        {
            hold.Withdraw(file.Target); // another process was quicker
        }
        return isMade;
    }

    private static void Check(ModelContent model, ExternalFiles external, string written, string path, WeightStorage storage)
    {
        LoadCheck.Verify(written, path);
        if (storage == WeightStorage.Dense) return;
        // Beside the written one, so that both find the same external data.
        var dense = written + ".dense";
        try
        {
            using (var stream = File.Create(dense)) Splice(model, external).WriteTo(stream);
            SparseCheck.Verify(model, written, dense, path);
        }
        finally
        {
            File.Delete(dense);
        }
    }

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
