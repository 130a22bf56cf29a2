namespace GspMl.Onnx.Files;

/// <summary>
/// A file that appears whole or not at all: written beside its target and renamed. It gets the mode and the owner of the file it replaces.
/// See <see cref="OutputTarget"/> for targets that are no regular files.
/// </summary>
internal static class OutputFile
{
    /// <summary>Calls <paramref name="write"/> with a stream; the target appears, or is replaced, only when that has ended well.</summary>
    /// <param name="path">The target.</param>
    /// <param name="write">Writes the content.</param>
    /// <param name="disk">Where it is; null for the machine's disk.</param>
    /// <exception cref="IOException">The target cannot be written; it is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static void Write(string path, Action<Stream> write, Disk? disk = null)
    {
        var target = OutputTarget.Of(path);
        if (!target.IsStream)
        {
            Replace(target, write, disk ?? Disk.Local);
            return;
        }
        using var stream = target.Open();
        write(stream);
    }

    private static void Replace(OutputTarget target, Action<Stream> write, Disk disk)
    {
        Leftovers.Remove(target.Folder, disk);
        using var hold = WriteLock.Take(target.Path, disk);
        var old = FileStatus.Of(target.Path); // as the last run left it
        try
        {
            disk.Write(hold.Staged, old, isDurable: old is not null, write);
            disk.Move(hold.Staged, target.Path);
        }
        finally
        {
            Leftovers.Remove(hold, disk);
        }
    }
}
