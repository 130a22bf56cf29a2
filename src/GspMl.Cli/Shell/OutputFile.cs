namespace GspMl.Cli.Shell;

/// <summary>Writes a file whole or not at all: beside its target first, then renamed.</summary>
internal static class OutputFile
{
    /// <summary>Calls <paramref name="write"/> with a stream; the target appears, or is replaced, only when that has ended well.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder)) throw CommandException.Input($"{path}: the folder {folder} does not exist.");
        if (Directory.Exists(target)) throw CommandException.Input($"{path}: is a folder.");

        var beside = Path.Combine(folder, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None)) write(stream);
            File.Move(beside, target, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
