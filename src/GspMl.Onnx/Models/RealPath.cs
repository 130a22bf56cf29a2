namespace GspMl.Onnx.Models;

/// <summary>
/// Where a path leads once every symbolic link on it is followed: links that are folders on the way, and the file itself.
/// </summary>
internal static class RealPath
{
    // As many as Linux follows; a loop of links is longer than any number.
    private const int MostLinks = 40;

    /// <summary>The path without links; parts that do not exist stay as they are.</summary>
    /// <exception cref="IOException">The links lead nowhere, since they lead in a circle.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var real = Path.GetPathRoot(full)!;
        var (left, links) = (Parts(full), 0);
        while (left.TryPop(out var part))
        {
            if (part == "..") { real = Path.GetDirectoryName(real) ?? real; continue; }
            var here = Path.Combine(real, part);
            if (new FileInfo(here).LinkTarget is not { } target) { real = here; continue; }
            if (++links > MostLinks) throw new IOException($"{path} leads through more than {MostLinks} symbolic links");
            if (Path.IsPathRooted(target)) real = Path.GetPathRoot(Path.GetFullPath(target, real))!;
            foreach (var step in Parts(target).Reverse()) left.Push(step);
        }
        return real;
    }

    /// <summary>Whether a real path lies in a real folder, at any depth.</summary>
    public static bool LiesIn(string path, string folder)
        => path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar,
            OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    /// <summary>The names between separators, the first on top.</summary>
    private static Stack<string> Parts(string path)
        => new(path[(Path.GetPathRoot(path)?.Length ?? 0)..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar])
            .Where(part => part is not ("" or ".")).Reverse());
}
