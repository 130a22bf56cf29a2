using System.Text;

namespace GspMl.Onnx.Files;

/// <summary>
/// The hold that one run has on a target while it writes: a file beside it, <c>.NAME.gspml-lock</c>, made first and removed last, which the
/// system unlocks when the process ends, however it ends. It lists the files that the run is about to make or to leave without a reader, so
/// that the next run finds what a killed one left.
/// </summary>
internal sealed class WriteLock : IDisposable
{
    private const string Ending = ".gspml-lock";
    private const char New = '+';
    private const char Old = '*';
    private const char Withdrawn = '-';
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private readonly Disk disk;
    private readonly FileStream file;
    private readonly string path;
    private readonly List<NotedFile> files = [];

    private WriteLock(Disk disk, FileStream file, string path) => (this.disk, this.file, this.path) = (disk, file, path);

    // How systems say that another process has a lock on a file: EWOULDBLOCK of Linux and of Apple's systems, and Windows.
    private const int WouldBlock = 11;
    private const int WouldBlockOnApple = 35;
    private const int SharingViolation = 32;

    /// <summary>Where the new content of the target goes until it is renamed.</summary>
    public string Staged => $"{path[..^Ending.Length]}.gspml-new";

    /// <summary>The target's folder.</summary>
    public string Folder => Path.GetDirectoryName(path)!;

    /// <summary>The target.</summary>
    public string Target => Path.Combine(Folder, Path.GetFileName(path)[1..^Ending.Length]);

    /// <summary>The noted files: this run's, or those of the killed run whose lock it is.</summary>
    public IReadOnlyList<NotedFile> Files => files;

    /// <summary>Takes the lock of a target; waits a while for a run that has it.</summary>
    /// <exception cref="IOException">Another run writes to the target for longer than that, or no file has the lock's name.</exception>
    public static WriteLock Take(string target, Disk disk)
    {
        var path = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}{Ending}");
        if (!IsPlain(path)) throw new IOException($"{target}: {path}, where its lock belongs, is no regular file.");
        // No system tells when another process lets a file go: it is asked again, for a minute at most.
        for (var end = DateTime.UtcNow + Patience; ; Thread.Sleep(Between))
        {
            if (Open(target, path, disk) is { } taken) return taken;
            if (DateTime.UtcNow > end)
                throw new IOException($"{target}: another process is writing it, or {path}, which a killed one left, is another user's.");
        }
    }

    /// <summary>
    /// The locks in a folder whose runs were killed, taken over. Locks of other users are left alone: what they list is not this user's to
    /// remove.
    /// </summary>
    public static IEnumerable<WriteLock> TakeDead(string folder, Disk disk)
    {
        foreach (var path in Directory.GetFiles(folder, $".*{Ending}"))
        {
            if (IsOwn(path) && TryOpen(path, disk) is { } taken) yield return taken;
        }
    }

    /// <summary>Notes a file that is about to be made.</summary>
    /// <param name="location">Its path, relative to the target's folder.</param>
    public void RecordNew(string location) => Append(New, location);

    /// <summary>Notes a file that is about to lose its reader.</summary>
    /// <param name="location">Its path, relative to the target's folder.</param>
    public void RecordOld(string location) => Append(Old, location);

    /// <summary>Takes a note back: the file is not this run's.</summary>
    public void Withdraw(string location) => Append(Withdrawn, location);

    /// <summary>Lets the lock of a killed run go as it was found.</summary>
    public void LeaveAlone() => file.Dispose();

    /// <summary>Ends the hold.</summary>
    public void Dispose()
    {
        try
        {
            // Before it is closed: nobody can have opened it in between. Windows deletes closed files only.
            if (!OperatingSystem.IsWindows()) disk.Delete(path);
        }
        finally
        {
            file.Dispose();
        }
        if (OperatingSystem.IsWindows()) disk.Delete(path);
    }

    private static WriteLock? Open(string target, string path, Disk disk)
    {
        try { return TryOpen(path, disk); }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException($"{target}: no file can be made in its folder "
                + $"({e.InnerException?.Message ?? "access is denied"}).", e);
        }
    }

    /// <summary>Whether another run had the file open, which it may have removed since.</summary>
    private static bool IsShared(Exception e)
        => e.GetType() == typeof(IOException) && (e.HResult & 0xFFFF) is WouldBlock or WouldBlockOnApple or SharingViolation;

    private static bool IsOwn(string path) => OperatingSystem.IsWindows() || FileStatus.Of(path)?.Owner == LibC.User();

    /// <summary>Whether a run may have made it: none makes links, or pipes, which would have the reader wait for ever.</summary>
    private static bool IsPlain(string path)
        => new FileInfo(path).LinkTarget is null && FileStatus.Of(path) is null or { Kind: FileKind.Regular };

    private static WriteLock? TryOpen(string path, Disk disk)
    {
        if (!IsPlain(path)) return null;
        FileStream file;
        try { file = disk.OpenLock(path); }
        catch (Exception e) when (IsShared(e) || (e is IOException or UnauthorizedAccessException && File.Exists(path))) { return null; }
        var taken = new WriteLock(disk, file, path);
        // Between opening and locking, the run that had it may have removed it, and a third may have made another.
        if (!FileStatus.IsAt(path, file.SafeFileHandle))
        {
            file.Dispose();
            return null;
        }
        if (IsOwn(path)) taken.Read(); // what another user's lists is not this user's to remove
        return taken;
    }

    /// <summary>Names may hold line breaks, but no NUL.</summary>
    private void Read()
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        foreach (var note in reader.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries)) Keep(note);
    }

    /// <summary>One write a note: a run that is killed has noted it or not.</summary>
    private void Append(char mark, string location)
    {
        Keep(mark + location);
        disk.Append(file, Encoding.UTF8.GetBytes($"{mark}{location}\0"));
    }

    private void Keep(string note)
    {
        var location = note[1..];
        if (note[0] == Withdrawn) files.RemoveAll(file => file.Location == location);
        else files.Add(new(location, note[0] == New));
    }
}

/// <summary>A file that a run has noted.</summary>
/// <param name="Location">Its path, relative to the target's folder.</param>
/// <param name="IsNew">Whether the run makes it; else it was there before.</param>
internal sealed record NotedFile(string Location, bool IsNew);
