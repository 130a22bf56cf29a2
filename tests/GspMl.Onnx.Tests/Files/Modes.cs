using GspMl.Onnx.Files;

namespace GspMl.Onnx.Tests.Files;

/// <summary>Who may do what with a file; for tests that Windows skips.</summary>
internal static class Modes
{
    public static UnixFileMode? Of(string path) => FileStatus.Of(path)!.Mode;

    public static void Set(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }
}
