#:property PublishAot=false
#:property TreatWarningsAsErrors=false
#:property EnforceCodeStyleInBuild=false
#:property GenerateDocumentationFile=false

// The repository's commands, the same on every system:
//
//   dotnet run build.cs demo     prune LeNet-5 and judge it against the dense model
//   dotnet run build.cs test     build everything, check the formatting, run every test, compile Core ahead of time
//   dotnet run build.cs aot      only compile Core ahead of time and run it
//   dotnet run build.cs setup    only find the packages (the other commands do it first)
//   dotnet run build.cs gspml …  the tool itself, with its arguments
//   dotnet run build.cs bench …  the benchmarks, with their arguments; `bench ml` those of the ML.NET components
//
// Packages come from NuGet like any others. Two families are not on every feed:
// ONNX Runtime is then packed locally from the npm registry; ML.NET's projects are then left out.

using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Xml.Linq;

var root = Path.GetDirectoryName(ThisFile())!;
Directory.SetCurrentDirectory(root);
var rest = args.Skip(1).ToArray();

try
{
    switch (args.FirstOrDefault())
    {
        case "demo": return Gspml(["demo", .. rest]);
        case "gspml": return Gspml(rest);
        case "test": return Test(rest);
        case "aot": return AheadOfTime();
        case "bench": return Bench(rest);
        case "setup": Setup.Run(root, quiet: false); return 0;
        default:
            Console.Error.WriteLine("usage: dotnet run build.cs demo | test | aot | setup | gspml [arguments] | bench [arguments]");
            return 1;
    }
}
catch (BuildException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

int Gspml(string[] arguments)
{
    Setup.Run(root, quiet: true);
    Shell.Quietly("dotnet", "build", "src/GspMl.Cli", "-c", "Release", "--nologo", "-v", "quiet");
    return Shell.Run("dotnet", ["artifacts/bin/GspMl.Cli/release/gspml.dll", .. arguments]);
}

int Bench(string[] arguments)
{
    Setup.Run(root, quiet: true);
    var name = arguments is ["ml", ..] ? "GspMl.ML.Benchmarks" : "GspMl.Benchmarks";
    Shell.Quietly("dotnet", "build", $"benchmarks/{name}", "-c", "Release", "--nologo", "-v", "quiet");
    return Shell.Run("dotnet", [$"artifacts/bin/{name}/release/{name}.dll", .. name == "GspMl.Benchmarks" ? arguments : arguments[1..]]);
}

int Test(string[] arguments)
{
    var solution = Setup.Run(root, quiet: false).MachineLearningNet ? "GspMl.sln" : "GspMl.WithoutMLNet.slnf";
    var results = Path.Combine("artifacts", "test-results");
    if (Directory.Exists(results)) Directory.Delete(results, recursive: true);

    Shell.Must("dotnet", "build", solution, "-c", "Release", "--nologo", "-v", "minimal");
    Shell.Must("dotnet", "format", solution, "--verify-no-changes", "--no-restore");
    var code = Shell.Run("dotnet", ["test", solution, "-c", "Release", "--no-build", "--nologo", "--logger", "trx", "--results-directory", results, .. arguments]);

    if (AheadOfTime() != 0) code = 1;

    var counters = Directory.EnumerateFiles(results, "*.trx")
        .Select(file => XDocument.Load(file).Descendants().First(e => e.Name.LocalName == "Counters")).ToList();
    int Sum(string name) => counters.Sum(c => (int)c.Attribute(name)!);
    var skipped = Sum("total") - Sum("executed");
    Console.WriteLine($"{Sum("passed")} passed, {Sum("failed")} failed{(skipped > 0 ? $", {skipped} skipped" : "")}");
    return code != 0 || Sum("executed") == 0 ? 1 : 0;
}

// Core's small program, compiled to native code and run. Where no source has what .NET 10's compiler needs, by .NET 9's, from the same code.
int AheadOfTime()
{
    const string project = "GspMl.Core.AotSmoke";
    foreach (var framework in new[] { "net10.0", "net9.0" })
    {
        var folder = Path.Combine(root, "artifacts", "aot", framework);
        var (code, output) = Shell.Capture("dotnet", ["publish", $"tests/{project}", "-c", "Release", "--nologo", "-v", "quiet", "--use-current-runtime", $"-p:BuildFramework={framework}", $"-p:ArtifactsPath={folder}"]);
        if (Regex.IsMatch(output, "NU110[123].*(NativeAOT|ILCompiler)")) continue;
        if (output.Contains("Platform linker"))
        {
            Console.WriteLine("No native linker is installed; Core was not compiled ahead of time.");
            return 0;
        }
        if (code != 0) throw new BuildException($"{output}\nCore could not be compiled ahead of time for {framework}.");
        var program = Path.Combine(folder, "publish", project, "release", OperatingSystem.IsWindows() ? $"{project}.exe" : project);
        var (failed, said) = Shell.Capture(program, []);
        Console.WriteLine(failed == 0 ? $"Core, compiled ahead of time for {framework}: every form meets its target." : $"{said}Core, compiled ahead of time for {framework}, ended with exit code {failed}.");
        return failed;
    }
    Console.WriteLine("No package source has the ahead-of-time compiler; Core was not compiled by it.");
    return 0;
}

static string ThisFile([CallerFilePath] string path = "") => path;

/// <summary>Finds the packages that are not on every feed. Cached under artifacts/; safe to interrupt and to repeat.</summary>
static class Setup
{
    const string NpmPackage = "com.github.asus4.onnxruntime";
    const string NpmVersion = "0.4.9";
    const string NpmSha512 = "BkzxduSZ9IkeDP6Q8lz2TFU2ie7hSSvS7ZIfzMooExoq0CNzJnuuGaUJ7IsojBgqO4ouD1jXah8OYyJbCN29Fg==";
    const string LocalVersion = $"1.29.0-npm.{NpmVersion}"; // never the number of a genuine package: a user's cache stays clean

    public sealed record Outcome(bool MachineLearningNet);

    public static Outcome Run(string root, bool quiet)
    {
        var packages = Path.Combine(root, "artifacts", "packages");
        using var _ = SingleRun(root);
        var runtime = ProvideOnnxRuntime(root, packages);

        var marker = Path.Combine(root, "artifacts", "mlnet.found");
        var version = Property(root, "MicrosoftMLVersion");
        var found = File.Exists(marker) && File.ReadAllText(marker) == version;
        if (!found && CanRestore(root, ("Microsoft.ML", version), ("Microsoft.ML.OnnxTransformer", version), ("Microsoft.ML.OnnxConverter", Property(root, "MicrosoftMLOnnxConverterVersion")), ("Microsoft.ML.OnnxRuntime.Managed", runtime)))
        {
            File.WriteAllText(marker, version);
            found = true;
        }
        if (!found && !quiet) Console.WriteLine($"ML.NET: no package source has Microsoft.ML {version}; GspMl.ML and what needs it are left out.");
        return new(found);
    }

    /// <returns>The version that the projects reference.</returns>
    static string ProvideOnnxRuntime(string root, string packages)
    {
        var wanted = Property(root, "OnnxRuntimeVersion");
        var versions = Path.Combine(packages, "versions.props");
        if (File.Exists(versions))
        {
            var text = File.ReadAllText(versions);
            if (text.Contains(LocalVersion)) return LocalVersion;
            if (text.Contains("from NuGet")) return wanted;
        }
        if (Directory.Exists(packages)) Directory.Delete(packages, recursive: true);

        string properties;
        if (CanRestore(root, ("Microsoft.ML.OnnxRuntime", wanted), ("Microsoft.ML.OnnxRuntime.Managed", wanted)))
        {
            properties = "  <!-- ONNX Runtime comes from NuGet. -->";
            Directory.CreateDirectory(packages);
        }
        else
        {
            PackFromNpm(root, packages);
            properties = $"  <PropertyGroup><OnnxRuntimeVersion>{LocalVersion}</OnnxRuntimeVersion></PropertyGroup>";
            Console.WriteLine($"ONNX Runtime: NuGet has no Microsoft.ML.OnnxRuntime {wanted}; packed {LocalVersion} from npm's {NpmPackage} {NpmVersion} into artifacts/packages.");
        }
        // Written last and in one step: its presence says that all is there.
        File.WriteAllText(versions + ".new", $"<Project>\n{properties}\n</Project>\n");
        File.Move(versions + ".new", versions, overwrite: true);
        return properties.Contains(LocalVersion) ? LocalVersion : wanted;
    }

    static void PackFromNpm(string root, string packages)
    {
        var (rid, folder) = Platform();
        var work = Path.Combine(root, "artifacts", "onnxruntime");
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        var sources = Path.Combine(work, "sources");
        Directory.CreateDirectory(sources);

        Console.WriteLine($"ONNX Runtime: fetching {NpmPackage} {NpmVersion} from npm (150 MB, once) …");
        Shell.Quietly(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "pack", $"{NpmPackage}@{NpmVersion}", "--pack-destination", work, "--silent");
        var archive = Directory.GetFiles(work, "*.tgz").SingleOrDefault() ?? throw new BuildException($"npm wrote no archive of {NpmPackage} {NpmVersion}.");
        using (var stream = File.OpenRead(archive))
        {
            if (Convert.ToBase64String(SHA512.HashData(stream)) != NpmSha512)
                throw new BuildException($"{NpmPackage} {NpmVersion} from npm is not the archive that was tested (SHA-512 differs): nothing was installed.");
        }
        Extract(archive, sources, folder);
        File.Delete(archive);

        string[] with = [$"-p:OnnxRuntimeSources={sources}", $"-p:OnnxRuntimeVersion={LocalVersion}", $"-p:OnnxRuntimeRid={rid}"];
        var made = Path.Combine(work, "packages");
        foreach (var project in new[] { "Microsoft.ML.OnnxRuntime.Managed", "Microsoft.ML.OnnxRuntime" })
            Shell.Quietly("dotnet", ["pack", $"eng/onnxruntime/{project}.csproj", "-c", "Release", "--nologo", "-v", "quiet", "-o", made, .. with]);
        Directory.Move(made, packages);
        Directory.Delete(work, recursive: true);
    }

    /// <summary>Keeps the binding's sources, the licences and this platform's native library: 30 of the archive's 450 MB.</summary>
    static void Extract(string archive, string target, string nativeFolder)
    {
        using var tar = new TarReader(new GZipStream(File.OpenRead(archive), CompressionMode.Decompress));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
            var name = entry.Name["package/".Length..];
            var kept = name switch
            {
                "LICENSE" or "ThirdPartyNotices.txt" => name,
                _ when name.StartsWith("Runtime/", StringComparison.Ordinal) && name.EndsWith(".cs", StringComparison.Ordinal) => name,
                _ when name.StartsWith($"Plugins/{nativeFolder}/", StringComparison.Ordinal) && !name.EndsWith(".meta", StringComparison.Ordinal) => "native/" + Path.GetFileName(name),
                _ => null,
            };
            if (kept is null || kept.Contains("..")) continue;
            var path = Path.Combine(target, kept);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            entry.ExtractToFile(path, overwrite: true);
        }
    }

    static (string Rid, string Folder) Platform()
    {
        var arm = RuntimeInformation.OSArchitecture == Architecture.Arm64;
        if (OperatingSystem.IsLinux() && !arm) return ("linux-x64", "Linux/x64");
        if (OperatingSystem.IsWindows()) return arm ? ("win-arm64", "Windows/arm64") : ("win-x64", "Windows/x64");
        if (OperatingSystem.IsMacOS() && arm) return ("osx-arm64", "macOS/arm64");
        throw new BuildException($"ONNX Runtime is not on the package feed, and npm's {NpmPackage} has no library for {RuntimeInformation.RuntimeIdentifier}. Add a feed that has Microsoft.ML.OnnxRuntime to nuget.config.");
    }

    /// <summary>Asks the configured sources by restoring an empty project; a network failure is an error, not a «no».</summary>
    static bool CanRestore(string root, params (string Id, string Version)[] packages)
    {
        var folder = Path.Combine(root, "artifacts", "probe");
        Directory.CreateDirectory(folder);
        var project = Path.Combine(folder, "probe.csproj");
        var references = string.Join('\n', packages.Select(p => $"""    <PackageReference Include="{p.Id}" Version="[{p.Version}]" />"""));
        File.WriteAllText(Path.Combine(folder, "Directory.Packages.props"), "<Project />");
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><NuGetAudit>false</NuGetAudit></PropertyGroup>
              <ItemGroup>
            {references}
              </ItemGroup>
            </Project>
            """);
        var (code, output) = Shell.Capture("dotnet", ["restore", project, "--nologo", "-v", "quiet"]);
        if (code == 0) return true;
        if (Regex.IsMatch(output, "NU1101|NU1102|NU1103")) return false;
        throw new BuildException($"Package sources could not be asked for {packages[0].Id} {packages[0].Version}:\n{output}");
    }

    static string Property(string root, string name) =>
        XDocument.Load(Path.Combine(root, "Directory.Packages.props")).Descendants(name).First().Value;

    static FileStream SingleRun(string root)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(root, "artifacts")).FullName, "setup.lock");
        for (var waited = 0; ; waited++)
        {
            try { return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None); }
            catch (IOException) when (waited < 600) { Task.Delay(500).Wait(); }
        }
    }
}

static class Shell
{
    public static int Run(string program, IEnumerable<string> arguments)
    {
        using var process = Start(program, arguments, redirect: false);
        process.WaitForExit();
        return process.ExitCode;
    }

    public static void Must(string program, params string[] arguments)
    {
        if (Run(program, arguments) is var code and not 0) throw new BuildException($"'{program} {string.Join(' ', arguments)}' ended with exit code {code}.");
    }

    public static void Quietly(string program, params string[] arguments)
    {
        var (code, output) = Capture(program, arguments);
        if (code != 0) throw new BuildException($"{output}\n'{program} {string.Join(' ', arguments)}' ended with exit code {code}.");
    }

    public static (int Code, string Output) Capture(string program, IEnumerable<string> arguments)
    {
        using var process = Start(program, arguments, redirect: true);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    static Process Start(string program, IEnumerable<string> arguments, bool redirect)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = redirect, RedirectStandardError = redirect };
        // What `dotnet run` sets for this script must not reach the builds that the script starts.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) && k != "MSBUILDDISABLENODEREUSE").ToList())
            start.Environment.Remove(name);
        try { return Process.Start(start)!; }
        catch (System.ComponentModel.Win32Exception e) { throw new BuildException($"'{program}' could not be started: {e.Message}"); }
    }
}

sealed class BuildException(string message) : Exception(message);
