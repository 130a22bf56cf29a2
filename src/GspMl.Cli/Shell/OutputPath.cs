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
        return target;
    }

    /// <summary>Refuses a name that cannot be a folder of these files.</summary>
    /// <exception cref="CommandException">The name is empty.</exception>
    /// <exception cref="IOException">It is no folder, or one of the files cannot be replaced.</exception>
    public static void CheckFolder(string path, IEnumerable<string> files)
    {
        if (string.IsNullOrWhiteSpace(path)) throw CommandException.Usage("the name of the output folder is empty.");
        OutputFolder.Check(path, files);
    }
}
