namespace GspMl.Onnx.Files;

/// <summary>
/// What stands where an output is to go, and what may be done with it. A regular file, or none, is replaced by a rename; of a symbolic link
/// the file at its end is, and the link stays. A device of characters, a pipe or one of the process's open files gets the bytes as they
/// come. All else is refused: folders, block devices, sockets, and a file of several names, since a rename would leave the other names the
/// old content, and writing into it could be cut short.
/// </summary>
internal sealed class OutputTarget
{
    private const int MostNameBytes = 243;

    private OutputTarget(string path, bool isStream, FileStatus? old) => (Path, IsStream, Old) = (path, isStream, old);

    /// <summary>The full path of the file to be written; for a symbolic link that of its end.</summary>
    public string Path { get; }

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether the bytes go through as they come, with no file to replace.</summary>
    public bool IsStream { get; }

    /// <summary>The file that is replaced; null where there is none.</summary>
    public FileStatus? Old { get; }

    /// <summary>Looks at a path.</summary>
    /// <exception cref="IOException">Nothing can be written there; the message names the path and tells why.</exception>
    /// <exception cref="UnauthorizedAccessException">The file that is there must not be written.</exception>
    public static OutputTarget Of(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (OpenFiles.Contains(full)) return new(full, isStream: true, old: null);
        var old = FileStatus.Of(full);
        if (old is { Kind: FileKind.CharacterDevice or FileKind.Pipe }) return new(full, isStream: true, old);
        if (old?.Kind == FileKind.Folder || System.IO.Path.EndsInDirectorySeparator(path)) throw new IOException($"{path}: is a folder.");
        if (old is { Kind: not FileKind.Regular }) throw new IOException($"{path}: is a {Describe(old.Kind)}; nothing is written to it.");
        if (old is { Links: > 1 })
            throw new IOException($"{path}: the file has {old.Links} names (hard links), and the others would keep the old content. Remove "
                + "this one first, or choose another.");
        var target = new OutputTarget(EndOf(full), isStream: false, old);
        if (!Directory.Exists(target.Folder)) throw new IOException($"{path}: the folder {target.Folder} does not exist.");
        if (System.Text.Encoding.UTF8.GetByteCount(target.Name) > MostNameBytes)
            throw new IOException($"{path}: the name is longer than {MostNameBytes} bytes; the file beside it that holds its lock "
                + "has one of 12 bytes more, and no file's can have more than 255.");
        if (old is not null) CheckWritable(target.Path);
        return target;
    }

    /// <summary>The file at the end of a symbolic link, which need not be there; the path itself where it is no link.</summary>
    public static string EndOf(string path)
        => new FileInfo(path).LinkTarget is null
            ? path
            : System.IO.Path.GetFullPath(File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName);

    /// <summary>Refuses a target that is no file to be replaced.</summary>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="IOException">It is none.</exception>
    public void RefuseStream(string name)
    {
        if (IsStream) throw new IOException($"{name}: is a device or a pipe; a file is wanted.");
    }

    /// <summary>Opens a target whose bytes go through as they come.</summary>
    public Stream Open() => OpenFiles.Open(Path) ?? new FileStream(Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

    /// <summary>A rename asks for a writable folder only; a file that is protected stays protected.</summary>
    private static void CheckWritable(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    private static string Describe(FileKind kind) => kind switch
    {
        FileKind.BlockDevice => "block device",
        FileKind.Socket => "socket",
        _ => "special file",
    };
}
