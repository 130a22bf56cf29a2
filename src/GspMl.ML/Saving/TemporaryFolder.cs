namespace GspMl.ML.Saving;

/// <summary>A folder for files of a moment, which goes with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Prefix = "gspml-save-";
    private readonly DirectoryInfo folder;

    /// <param name="parent">Where to make it; null for the system's folder of temporary files.</param>
    /// <exception cref="IOException">Nothing can be made there.</exception>
    public TemporaryFolder(string? parent)
    {
        var place = string.IsNullOrEmpty(parent) ? System.IO.Path.GetTempPath() : parent;
        try
        {
            folder = Make(place);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new IOException(
                $"Saving needs a folder for temporary files, and none can be made in '{place}': {error.Message} "
                + "Set MLContext.TempFilePath to a folder that can be written to.", error);
        }
    }

    public string Path => folder.FullName;

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>On Unix for this user alone, as the system's own method makes it.</summary>
    private static DirectoryInfo Make(string place)
    {
        var path = System.IO.Path.Combine(place, Prefix + System.IO.Path.GetRandomFileName());
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
