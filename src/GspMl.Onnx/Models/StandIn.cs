using System.Text;

namespace GspMl.Onnx.Models;

/// <summary>Files that came in place of the wanted one: version control and web servers leave such.</summary>
internal static class StandIn
{
    /// <summary>The bytes at a file's beginning that are enough to tell.</summary>
    public const int Start = 512;

    /// <summary>What the file is, as the end of a sentence that begins with its name; null where it is none that is known.</summary>
    /// <param name="start">The file's first bytes.</param>
    public static string? Of(ReadOnlySpan<byte> start)
    {
        var text = Encoding.UTF8.GetString(start[..Math.Min(start.Length, Start)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.StartsWith("version https://git-lfs.github.com/spec/", StringComparison.Ordinal))
            return "is a Git LFS pointer, which stands for the file in a repository; 'git lfs pull' fetches the file itself";
        return text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            ? "is an HTML page, not the file: a download got what a browser is shown" : null;
    }

    /// <summary>The same for a file on disk.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string? Of(string path)
    {
        using var stream = RegularFile.OpenStream(path);
        return Of(stream);
    }

    /// <summary>The same for a file that is open; it is left at its beginning.</summary>
    public static string? Of(FileStream stream)
    {
        Span<byte> start = stackalloc byte[Start];
        var count = stream.ReadAtLeast(start, Start, throwOnEndOfStream: false);
        stream.Position = 0;
        return Of(start[..count]);
    }
}
