namespace GspMl.Tests.Shared;

/// <summary>The folder that holds GspMl.sln, found from wherever the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The full path of a file or folder of the repository.</summary>
    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find(string? folder)
    {
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder, "GspMl.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("No GspMl.sln above the tests.");
    }
}
