namespace GspMl.Onnx.Files;

/// <summary>
/// One exchange of the files of a set. Both versions lie in a hidden folder beside them, <c>old</c> (second names of the files that are
/// there) and <c>new</c>, and a link, <c>current</c>, that leads to one of the two. First every name of the set becomes a link through
/// <c>current</c>: to the file that it was. Then <c>current</c> is turned, by one rename, and so all names. Last, every name becomes the
/// plain file that it leads to. A kill at any step leaves names that lead to one version; <see cref="Settle"/> makes plain files of them.
/// </summary>
internal sealed class FileSet(string folder, string place, Disk disk)
{
    private const string Target = "files";
    private const string Current = "current";

    private readonly string old = Path.Combine(place, "old");
    private readonly string fresh = Path.Combine(place, "new");
    private readonly string current = Path.Combine(place, Current);

    /// <summary>What the lock of a folder's set is called after.</summary>
    public static string TargetIn(string folder) => Path.Combine(folder, Target);

    /// <summary>The hidden folder.</summary>
    public static string PlaceIn(string folder) => Path.Combine(folder, $".{Target}.gspml-new");

    /// <summary>Replaces the files of the set. What is left in the hidden folder is for <see cref="Settle"/>.</summary>
    public void Replace(IReadOnlyDictionary<string, Action<Stream>> files, IEnumerable<string> others)
    {
        var there = files.Keys.Union(others).Where(name => File.Exists(Path.Combine(folder, name))).ToList();
        foreach (var made in new[] { place, old, fresh }) disk.CreateFolder(made);
        foreach (var (name, write) in files)
            disk.Write(Path.Combine(fresh, name), FileStatus.Of(Path.Combine(folder, name)), isDurable: there.Count > 0, write);
        if (!TryLink(there))
        {
            ReplaceInTurn(files.Keys, there);
            return;
        }
        foreach (var name in files.Keys.Union(there)) LeadThroughCurrent(name);
        disk.SyncFolder(folder);
        Lead("new");
        disk.SyncFolder(place);
    }

    /// <summary>Makes plain files of all names that lead through the hidden folder of a run, and removes the folder.</summary>
    public static void Settle(WriteLock run, Disk disk)
    {
        if (!Directory.Exists(run.Staged)) return;
        var through = Path.Combine(Path.GetFileName(run.Staged), Current) + Path.DirectorySeparatorChar;
        foreach (var name in Directory.GetFileSystemEntries(run.Folder))
        {
            if (new FileInfo(name).LinkTarget is not { } link || !link.StartsWith(through, StringComparison.Ordinal)) continue;
            var file = Path.Combine(run.Folder, link);
            if (File.Exists(file)) disk.Move(file, name);
            else disk.Delete(name);
        }
        disk.SyncFolder(run.Folder);
        Remove(run.Staged, disk);
    }

    private static void Remove(string folder, Disk disk)
    {
        foreach (var entry in new DirectoryInfo(folder).GetFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null }) Remove(entry.FullName, disk);
            else disk.Delete(entry.FullName);
        }
        disk.DeleteFolder(folder);
    }

    /// <summary>Second names for the old files, and the link to them; false where the file system has no such thing.</summary>
    private bool TryLink(List<string> there)
    {
        if (OperatingSystem.IsWindows()) return false;
        try
        {
            foreach (var name in there) disk.Link(Path.Combine(folder, name), Path.Combine(old, name));
            disk.LinkSymbolically(current, "old");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void LeadThroughCurrent(string name)
    {
        var link = Path.Combine(place, name);
        disk.LinkSymbolically(link, Path.Combine(Path.GetFileName(place), Current, name));
        disk.Move(link, Path.Combine(folder, name));
    }

    private void Lead(string version)
    {
        var turned = Path.Combine(place, "turned");
        disk.LinkSymbolically(turned, version);
        disk.Move(turned, current);
    }

    private void ReplaceInTurn(IEnumerable<string> names, List<string> there)
    {
        foreach (var name in there) disk.Delete(Path.Combine(folder, name));
        disk.SyncFolder(folder);
        foreach (var name in names) disk.Move(Path.Combine(fresh, name), Path.Combine(folder, name));
    }
}
