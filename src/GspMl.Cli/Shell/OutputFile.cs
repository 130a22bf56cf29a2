namespace GspMl.Cli.Shell;

/// <summary>Writes a file, or the files of a folder, whole or not at all: beside the target first, then renamed.</summary>
internal static class OutputFile
{
    /// <summary>Calls <paramref name="write"/> with a stream; the target appears, or is replaced, only when that has ended well.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        Check(path);
        var (target, beside) = Places(path);
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

    /// <summary>Calls <paramref name="write"/> with a folder of its own; its files are moved to the target, which is made if need be, only when all are there.</summary>
    public static void WriteFolder(string path, Action<string> write)
    {
        var (target, beside) = Places(path);
        Directory.CreateDirectory(beside);
        try
        {
            write(beside);
            Directory.CreateDirectory(target);
            foreach (var file in Directory.GetFiles(beside)) File.Move(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
        finally
        {
            Directory.Delete(beside, recursive: true);
        }
    }

    /// <summary>Refuses a target that cannot be a file: asked before the work whose result goes there, nothing is done in vain.</summary>
    /// <param name="path">The target.</param>
    /// <param name="others">Files of the same command, which the target must not take the place of.</param>
    public static void Check(string path, params ReadOnlySpan<string?> others)
    {
        if (string.IsNullOrWhiteSpace(path)) throw CommandException.Usage("the name of an output is empty.");
        foreach (var other in others)
            if (!string.IsNullOrEmpty(other) && Path.GetFullPath(other) == Path.GetFullPath(path)) throw CommandException.Usage($"{path} is named twice: what is written to it would be lost.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) throw CommandException.Input($"{path}: the folder {folder} does not exist.");
        if (Directory.Exists(path)) throw CommandException.Input($"{path}: is a folder.");
    }

    /// <summary>Refuses a target that cannot be a folder of files.</summary>
    public static void CheckFolder(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw CommandException.Usage("the name of the output folder is empty.");
        if (File.Exists(path)) throw CommandException.Input($"{path}: is a file; a folder is wanted.");
    }

    private static (string Target, string Beside) Places(string path)
    {
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return (target, Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}"));
    }
}
