using GspMl.Onnx.Files;

namespace GspMl.Cli.Shell;

/// <summary>Looks at the names of outputs before the work whose result goes there: nothing is done in vain.</summary>
internal static class OutputPath
{
    /// <summary>Refuses a name that cannot be a file.</summary>
    /// <param name="path">The output.</param>
    /// <param name="others">Files of the same command, which the output must not take the place of.</param>
    /// <exception cref="CommandException">The name is empty, or named twice.</exception>
    /// <exception cref="IOException">Nothing can be written there; the message tells why.</exception>
    public static OutputTarget Check(string path, params ReadOnlySpan<string?> others)
    {
        if (string.IsNullOrWhiteSpace(path)) throw CommandException.Usage("the name of an output is empty.");
        var target = OutputTarget.Of(path);
        foreach (var other in others)
            if (!string.IsNullOrEmpty(other) && OutputTarget.EndOf(Path.GetFullPath(other)) == target.Path
                && target.Old is not { Kind: FileKind.CharacterDevice })
                throw CommandException.Usage($"{path} is named twice: what is written to it would be lost.");
        if (!target.IsStream) CheckFiles(target.Folder, path);
        return target;
    }

    /// <summary>Refuses a name that cannot be a folder of these files.</summary>
    /// <exception cref="CommandException">The name is empty.</exception>
    /// <exception cref="IOException">It is no folder, or one of the files cannot be replaced.</exception>
    public static void CheckFolder(string path, IEnumerable<string> files)
    {
        if (string.IsNullOrWhiteSpace(path)) throw CommandException.Usage("the name of the output folder is empty.");
        OutputFolder.Check(path, files);
        OutputFolder.Check(Nearest(path), []);
        CheckFiles(Nearest(path), path);
    }

    /// <summary>Whether files can be made in a folder shows only by making one, which is gone at once.</summary>
    private static void CheckFiles(string folder, string named)
    {
        try
        {
            using var probe = new FileStream(Path.Combine(folder, $".{Guid.NewGuid():N}.gspml-new"), FileMode.CreateNew, FileAccess.Write,
                FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{named}: no file can be made in {folder}: {e.Message}", e);
        }
    }

    /// <summary>The folder, or the nearest one above it that is there.</summary>
    private static string Nearest(string path)
    {
        var folder = Path.GetFullPath(path);
        while (!Path.Exists(folder) && Path.GetDirectoryName(folder) is { } above) folder = above;
        return folder;
    }
}
