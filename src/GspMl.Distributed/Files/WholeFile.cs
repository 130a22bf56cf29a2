using System.Runtime.InteropServices;
using System.Text;
using GspMl.Onnx.Files;

namespace GspMl.Distributed;

/// <summary>Files that others never see half written.</summary>
internal static class WholeFile
{
    public static void Write(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes beside the file and renames: there is the old one or the new one.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var beside = Beside(path);
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew)) write(stream);
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    /// <summary>The same, but only where no such file is there; false where one is. Of several at once, one is first.</summary>
    public static bool TryCreate(string path, string text)
    {
        var beside = Beside(path);
        File.WriteAllText(beside, text);
        try
        {
            return OperatingSystem.IsWindows() ? TryMove(beside, path) : TryLink(beside, path);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static bool TryMove(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(to))
        {
            return false;
        }
    }

    /// <summary>A move that does not replace looks first and moves then; a link fails where another process was faster.</summary>
    private static bool TryLink(string from, string to)
    {
        if (LibC.Link(from, to) == 0) return true;
        if (File.Exists(to)) return false;
        throw new IOException($"{to} cannot be linked ({Marshal.GetLastPInvokeErrorMessage()}); a file system with hard links is needed.");
    }

    private static string Beside(string path) => $"{path}.{Guid.NewGuid():N}.part";
}
