using System.Runtime.InteropServices;

namespace GspMl.Onnx.Files;

/// <summary>
/// All that writing does to the disk, one method a step. Between any two of them, and within a write, the process may be killed: what the
/// steps leave at that moment must be readable. Tests end a run at each of them.
/// </summary>
internal class Disk
{
    /// <summary>The disk of this machine.</summary>
    public static Disk Local { get; } = new();

    /// <summary>Opens a lock file, new or left by a killed run, for this process alone.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
    public virtual FileStream OpenLock(string path)
        => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    /// <summary>Adds a few bytes to a lock file.</summary>
    public virtual void Append(FileStream file, ReadOnlySpan<byte> bytes)
    {
        file.Seek(0, SeekOrigin.End);
        file.Write(bytes);
    }

    /// <summary>Makes a file that is not there yet.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="access">The file whose mode and owner it gets; null for those of a new file.</param>
    /// <param name="isDurable">Whether its bytes are on the medium before anything else happens.</param>
    /// <param name="write">Writes its content.</param>
    public virtual void Write(string path, FileStatus? access, bool isDurable, Action<Stream> write)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        // Nobody reads of a private file while it is written.
        if (!OperatingSystem.IsWindows() && access?.Mode is { } mode) options.UnixCreateMode = mode;
        using var stream = new FileStream(path, options);
        write(stream);
        if (access is not null) GiveAccess(path, access);
        stream.Flush(flushToDisk: isDurable);
    }

    /// <summary>Renames a file, or a link, in one step; what had the name is gone.</summary>
    public virtual void Move(string from, string to)
    {
        if (OperatingSystem.IsWindows()) File.Move(from, to, overwrite: true);
        // File.Move takes a link to a folder for a folder.
        else if (LibC.Rename(from, to) != 0) throw new IOException($"{to}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public virtual void Delete(string path) => File.Delete(path);

    public virtual void CreateFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>Deletes a folder that is empty.</summary>
    public virtual void DeleteFolder(string path) => Directory.Delete(path);

    /// <summary>Makes a symbolic link.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="target">Where it leads, from the folder it is in.</param>
    public virtual void LinkSymbolically(string path, string target)
    {
        if (Directory.Exists(Path.Combine(Path.GetDirectoryName(path)!, target))) Directory.CreateSymbolicLink(path, target);
        else File.CreateSymbolicLink(path, target);
    }

    /// <summary>Gives a file another name.</summary>
    /// <exception cref="IOException">The file system knows no hard links.</exception>
    public virtual void Link(string existing, string path)
    {
        if (OperatingSystem.IsWindows() || LibC.Link(existing, path) != 0)
            throw new IOException($"{path}: no second name can be given to a file here.");
    }

    /// <summary>Has the names in a folder written to the medium.</summary>
    public virtual void SyncFolder(string path)
    {
        if (!OperatingSystem.IsWindows()) LibC.SyncFolder(path);
    }

    /// <summary>Mode, owner and group as they were; the last two as far as this user may.</summary>
    private static void GiveAccess(string path, FileStatus access)
    {
        if (OperatingSystem.IsWindows() || access.Mode is not { } mode) return;
        const uint unchanged = uint.MaxValue;
        if (LibC.ChangeOwner(path, access.Owner, access.Group) != 0) _ = LibC.ChangeOwner(path, unchanged, access.Group);
        // After the owner: a change of owner takes set-user bits away.
        File.SetUnixFileMode(path, mode);
    }
}
