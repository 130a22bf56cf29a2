namespace GspMl.Onnx.Files;

/// <summary>Names under which a process finds its own open files: /dev/stdout, /dev/fd/3.</summary>
internal static class OpenFiles
{
    private static readonly string[] Folders = ["/dev/fd/", "/proc/self/fd/"];

    /// <summary>Whether a path is one of them. What it stands for belongs to whoever opened it, and is never replaced.</summary>
    public static bool Contains(string path)
        => OperatingSystem.IsWindows() ? path.StartsWith(@"\\.\", StringComparison.Ordinal) : Number(path) is not null;

    /// <summary>Whether a path is the standard output of this process.</summary>
    public static bool IsStandardOutput(string path) => !OperatingSystem.IsWindows() && Number(path) == "1";

    /// <summary>Standard output and error, which are open already; null for all others.</summary>
    public static Stream? Open(string path) => OperatingSystem.IsWindows() ? null : Number(path) switch
    {
        "1" => Console.OpenStandardOutput(),
        "2" => Console.OpenStandardError(),
        _ => null,
    };

    private static string? Number(string path) => path switch
    {
        "/dev/stdout" => "1",
        "/dev/stderr" => "2",
        _ => Folders.FirstOrDefault(folder => path.StartsWith(folder, StringComparison.Ordinal)) is { } folder
            ? path[folder.Length..] : null,
    };
}
