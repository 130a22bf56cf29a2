using System.Text;

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

    /// <summary>The same, but only where no such file is there; false where one is.</summary>
    public static bool TryCreate(string path, string text)
    {
        var beside = Beside(path);
        File.WriteAllText(beside, text);
        try
        {
            File.Move(beside, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static string Beside(string path) => $"{path}.{Guid.NewGuid():N}.part";
}
