namespace GspMl.Onnx.Files;

/// <summary>Removes what a run leaves that was killed, or that failed: files that only it knew of.</summary>
internal static class Leftovers
{
    /// <summary>Removes those of every killed run in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="disk">Where it is.</param>
    /// <param name="unused">Of the files that a lock lists, those that can go; null leaves alone the locks that list any.</param>
    public static void Remove(string folder, Disk disk, Func<WriteLock, IEnumerable<string>>? unused = null)
    {
        foreach (var dead in WriteLock.TakeDead(folder, disk))
        {
            if (dead.Files.Count > 0 && unused is null)
            {
                dead.LeaveAlone();
                continue;
            }
            using (dead) Remove(dead, disk, unused);
        }
    }

    /// <summary>Removes those of one run.</summary>
    public static void Remove(WriteLock run, Disk disk, Func<WriteLock, IEnumerable<string>>? unused = null)
    {
        FileSet.Settle(run, disk);
        foreach (var file in Directory.GetFiles(run.Folder))
            if (file.StartsWith(run.Staged, StringComparison.Ordinal)) disk.Delete(file);
        if (run.Files.Count == 0 || unused is null) return;
        foreach (var location in unused(run)) disk.Delete(Path.Combine(run.Folder, location));
    }
}
