using GspMl.Onnx.Files;
using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Writing;

/// <summary>
/// Puts a model in the place of a file, or of none. The model file is written beside its target, checked, and renamed. External data gets
/// names that no file has, so that whoever opens the target, at any moment and after any kill, finds the old model with its data or the new
/// one with its own. What nothing reads any more is removed last. Where something is replaced, the new files are on the medium before the
/// rename.
/// </summary>
internal sealed class ModelReplacement(ModelContent model, OutputTarget target, SaveOptions options, Disk disk)
{
    // Known once the target is this run's alone.
    private FileStatus? old;

    private bool IsReplacing => old is not null;

    /// <summary>Writes the model.</summary>
    /// <param name="name">What messages call the target.</param>
    /// <param name="cancel">Stops it before the rename.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not load the result.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public void Run(string name, CancellationToken cancel)
    {
        Leftovers.Remove(target.Folder, disk, DataReaders.Unread);
        using var hold = WriteLock.Take(target.Path, disk);
        old = FileStatus.Of(target.Path);
        try
        {
            var external = WriteData(hold);
            disk.Write(hold.Staged, old, isDurable: IsReplacing, ModelWriter.Splice(model, external, options.Storage).WriteTo);
            if (options.CheckLoads) ModelWriter.Check(model, external, hold.Staged, name, options.Storage, cancel);
            foreach (var location in Replaced()) hold.RecordOld(location);
            if (IsReplacing) SyncFolders(external);
            // Whoever asked for an end, and was told of it, finds the old model.
            cancel.ThrowIfCancellationRequested();
            disk.Move(hold.Staged, target.Path);
            if (IsReplacing) disk.SyncFolder(target.Folder);
        }
        finally
        {
            Leftovers.Remove(hold, disk, DataReaders.Unread);
        }
    }

    /// <summary>Has the names of the new files written to the medium, before the model that names them can be.</summary>
    private void SyncFolders(ExternalFiles external)
    {
        foreach (var folder in external.Files.Select(file => Path.GetDirectoryName(Path.Combine(target.Folder, file.Target))!)
            .Append(target.Folder).Distinct())
            disk.SyncFolder(folder);
    }

    /// <summary>Data of the model that is replaced, which no other model reads, nor the one that was read to make this one.</summary>
    private IEnumerable<string> Replaced()
    {
        if (!IsReplacing) return [];
        var isSource = RealPath.Of(model.File.FullPath) == RealPath.Of(target.Path);
        var source = isSource ? [] : ExternalFiles.InPlace(model).Files.Select(file => RealPath.Of(file.Source)).ToHashSet();
        return DataReaders.OnlyOf(target.Path).Where(location => !source.Contains(RealPath.Of(Path.Combine(target.Folder, location))));
    }

    private ExternalFiles WriteData(WriteLock hold)
    {
        var readers = new Lazy<DataReaders>(() => DataReaders.Around(target.Path));
        return ExternalFiles.Write(model, target.Name, file => file.Target != target.Name && TryWrite(file, readers.Value, hold));
    }

    /// <summary>False where a file has the name, or a model reads one of that name that is missing.</summary>
    private bool TryWrite(ExternalFile file, DataReaders readers, WriteLock hold)
    {
        var path = Path.Combine(target.Folder, file.Target);
        if (Path.Exists(path) || new FileInfo(path).LinkTarget is not null || readers.Names(path)) return false;
        hold.RecordNew(file.Target);
        disk.CreateFolder(Path.GetDirectoryName(path)!);
        var isMade = false;
        try
        {
            disk.Write(path, FileStatus.Of(Path.Combine(target.Folder, file.Location)) ?? old, isDurable: IsReplacing, stream =>
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
}
