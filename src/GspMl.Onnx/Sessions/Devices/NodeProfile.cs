using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Sessions.Devices;

/// <summary>Tells from ONNX Runtime's own profile of a run, a file of JSON events, which nodes the CPU ran.</summary>
internal sealed class NodeProfile : IDisposable
{
    private const string KernelTime = "_kernel_time";
    private const string CpuProvider = "CPUExecutionProvider";

    /// <summary>Where the file is, until this is disposed.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("gspml-").FullName;

    /// <summary>Has sessions with these options write their profile.</summary>
    public void Begin(SessionOptions options)
    {
        options.ProfileOutputPathPrefix = Path.Combine(Folder, "profile");
        options.EnableProfiling = true;
    }

    /// <summary>The nodes that the CPU ran in the runs until now; later ones are not looked at and cost nothing.</summary>
    public static IReadOnlyList<CpuNode> End(InferenceSession session) => Read(File.ReadAllBytes(session.EndProfiling()));

    /// <summary>Each node once, in the order of their first runs.</summary>
    internal static IReadOnlyList<CpuNode> Read(ReadOnlyMemory<byte> json)
    {
        using var events = JsonDocument.Parse(json);
        return [.. events.RootElement.EnumerateArray().Select(Node).OfType<CpuNode>().Distinct()];
    }

    private static CpuNode? Node(JsonElement entry)
    {
        if (Text(entry, "cat") != "Node" || Text(entry, "name") is not { } name) return null;
        if (!name.EndsWith(KernelTime, StringComparison.Ordinal) || !entry.TryGetProperty("args", out var about)) return null;
        return Text(about, "provider") == CpuProvider ? new(name[..^KernelTime.Length], Text(about, "op_name") ?? "?") : null;
    }

    private static string? Text(JsonElement of, string property) => of.TryGetProperty(property, out var value) ? value.GetString() : null;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
