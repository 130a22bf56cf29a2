using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Cli.Html;

/// <summary>What it takes to repeat a run: the command, the versions, the machine and the date.</summary>
/// <param name="Command">The command as it was given.</param>
/// <param name="Versions">Of this tool and what it stands on.</param>
/// <param name="Machine">Processor, cores and system.</param>
/// <param name="Date">When, with the distance from UTC.</param>
internal sealed record Provenance(string Command, string Versions, string Machine, string Date)
{
    /// <summary>Of this process, now.</summary>
    public static Provenance Here() => new(
        string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Select(Quoted).Prepend("gspml")),
        $"gspml {Version()}, ONNX Runtime {OrtEnv.Instance().GetVersionString()}, {RuntimeInformation.FrameworkDescription}",
        $"{Processor()}, {Environment.ProcessorCount} logical cores, {RuntimeInformation.OSDescription}",
        DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture));

    /// <summary>In the quotes that a shell of Unix needs.</summary>
    internal static string Quoted(string argument)
        => argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "-_=./:,+@%".Contains(c, StringComparison.Ordinal))
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Of the file: reading the assembly's own attributes would load those of libraries that this run needs not.</summary>
    internal static string Version()
    {
        var assembly = typeof(Provenance).Assembly;
        return (assembly.Location.Length > 0 ? FileVersionInfo.GetVersionInfo(assembly.Location).ProductVersion : null)
            ?? $"{assembly.GetName().Version}";
    }

    /// <summary>The processor's name, or its architecture where the system does not tell.</summary>
    internal static string Processor()
    {
        const string List = "/proc/cpuinfo", Key = "model name";
        var line = File.Exists(List) ? File.ReadLines(List).FirstOrDefault(line => line.StartsWith(Key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? $"{RuntimeInformation.ProcessArchitecture}";
    }
}
