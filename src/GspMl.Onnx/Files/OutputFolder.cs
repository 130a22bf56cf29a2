namespace GspMl.Onnx.Files;

/// <summary>
/// Files of a folder that belong together and are replaced as one: whoever reads them, at any moment and after any kill, finds those of one
/// run. Other files of the folder stay. Where the file system has no symbolic or hard links, the old ones are removed before the first new
/// one appears: a kill then leaves some of them, still of one run.
/// </summary>
internal static class OutputFolder
{
    /// <summary>Refuses a folder whose files cannot be replaced.</summary>
    /// <param name="path">The folder; it need not be there.</param>
    /// <param name="names">All files that belong to the set.</param>
    /// <exception cref="IOException">It is no folder, or one of the files is a link, has several names or is no regular file. The message
    /// names it.</exception>
    public static void Check(string path, IEnumerable<string> names)
    {
        if (FileStatus.Of(path) is null && new FileInfo(Path.TrimEndingDirectorySeparator(path)).LinkTarget is { } nowhere)
            throw new IOException($"{path}: is a symbolic link to {nowhere}, where no folder is.");
        if (FileStatus.Of(path) is { Kind: not FileKind.Folder }) throw new IOException($"{path}: is a file; a folder is wanted.");
        // While the set of a killed run is there, its files are links.
        if (Directory.Exists(FileSet.PlaceIn(path))) return;
        foreach (var file in names.Select(name => Path.Combine(path, name)))
        {
            if (new FileInfo(file).LinkTarget is { } end)
                throw new IOException($"{file}: is a symbolic link to {end}; it cannot be replaced together with the other files of its "
                    + "folder.");
            if (FileStatus.Of(file) is not null) OutputTarget.Of(file).RefuseStream(file);
        }
    }

    /// <summary>Writes all files of a set, or none.</summary>
    /// <param name="path">The folder; made if need be.</param>
    /// <param name="files">Names and what writes their content.</param>
    /// <param name="others">Names that belong to the set too, and of which nothing is written this time: such files are removed.</param>
    /// <param name="disk">Where it is; null for the machine's disk.</param>
    /// <exception cref="IOException">The files cannot be written; those that were there are as they were.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, Action<Stream>> files, IEnumerable<string> others, Disk? disk = null)
    {
        disk ??= Disk.Local;
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string[] names = [.. files.Keys, .. others];
        Check(folder, names);
        var isNew = !Directory.Exists(folder);
        disk.CreateFolder(folder);
        try
        {
            Leftovers.Remove(folder, disk);
            Check(folder, names);
            using var hold = WriteLock.Take(FileSet.TargetIn(folder), disk);
            try { new FileSet(folder, hold.Staged, disk).Replace(files, others); }
            finally { Leftovers.Remove(hold, disk); }
        }
        finally
        {
            if (isNew && !Directory.EnumerateFileSystemEntries(folder).Any()) disk.DeleteFolder(folder);
        }
    }
}
