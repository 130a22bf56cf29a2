using GspMl.Tests.Shared;

namespace GspMl.Samples.Tests;

/// <summary>A folder that looks to a sample as the repository's does, with outputs of its own; gone with the test.</summary>
internal sealed class SampleFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("gspml-sample-").FullName;

    public SampleFolder()
    {
        foreach (var name in new[] { "onnx-models", "samples" })
            Directory.CreateSymbolicLink(Path.Combine(path, name), Repository.File(name));
        Directory.CreateDirectory(Path.Combine(path, "artifacts"));
    }

    /// <summary>The samples that are programs.</summary>
    public static IReadOnlyList<string> Programs { get; } = [.. Directory
        .EnumerateFiles(Repository.File("samples"), "*.csproj", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension)!];

    public Task<Child> RunAsync(string sample, params string[] arguments)
        => Child.Run("dotnet", [Program(sample, sample), .. arguments], TimeSpan.FromMinutes(5), path);

    /// <summary>The samples of one file.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. Directory.EnumerateFiles(Repository.File("samples/single-file"), "*.cs")
        .Select(Path.GetFileNameWithoutExtension)!];

    /// <summary>Builds a sample of one file and runs it.</summary>
    public Task<Child> RunFileAsync(string name)
        => Child.Run("dotnet", ["run", Repository.File($"samples/single-file/{name}.cs")], folder: path);

    /// <summary>What a sample has written.</summary>
    public byte[] Read(string name) => File.ReadAllBytes(Path.Combine(path, name));

    public void Dispose() => Directory.Delete(path, recursive: true);

    /// <summary>Beside the tests' own folder: artifacts/bin/PROJECT/CONFIGURATION.</summary>
    public static string Program(string project, string assembly)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, $"{assembly}.dll");
    }
}
