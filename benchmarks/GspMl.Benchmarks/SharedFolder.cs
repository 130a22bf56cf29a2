namespace GspMl.Benchmarks;

/// <summary>The optional research data: a folder <c>shared</c> beside the repository, or where GSPML_DATA says.</summary>
internal static class SharedFolder
{
    public static string? Find(string file)
    {
        if (Environment.GetEnvironmentVariable("GSPML_DATA") is { } named) return Existing(named, file);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared"), file) is { } path) return path;
        }
        return null;
    }

    /// <summary>Where pictures and scratch files go.</summary>
    public static string Output(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (folder.Name == "artifacts") return Directory.CreateDirectory(Path.Combine(folder.FullName, name)).FullName;
        }
        return Directory.CreateDirectory(name).FullName;
    }

    private static string? Existing(string folder, string file)
        => Path.Combine(folder, file) is var path && File.Exists(path) ? path : null;
}
