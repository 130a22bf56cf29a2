using Mono.Cecil;

namespace GspMl.Tests.Shared;

/// <summary>
/// Which folder of a project uses which, read off its compiled assembly: every type that a signature, a field, a body or an attribute
/// names. A type belongs to the folder of its source file, as the symbols tell it. Folders that use each other can be understood only
/// together, so there are none.
/// </summary>
internal sealed class FolderGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, SortedSet<string>>> uses = new(StringComparer.Ordinal);

    private FolderGraph(string project, IReadOnlyDictionary<TypeDefinition, string> folders)
    {
        foreach (var folder in folders.Values) uses.TryAdd(folder, new(StringComparer.Ordinal));
        foreach (var (type, folder) in folders)
        {
            foreach (var used in TypeReferences.Of(type).Select(Outermost).Distinct())
            {
                if (!folders.TryGetValue(used, out var other) || other == folder) continue;
                if (!uses[folder].TryGetValue(other, out var reasons)) uses[folder].Add(other, reasons = new(StringComparer.Ordinal));
                reasons.Add($"{type.Name} → {used.Name}");
            }
        }
        Project = project;
    }

    public string Project { get; }

    /// <summary>Reads the graph of an assembly of this repository; its symbols lie beside it.</summary>
    public static FolderGraph Of(System.Reflection.Assembly assembly, string project)
    {
        using var read = AssemblyDefinition.ReadAssembly(assembly.Location, new ReaderParameters { ReadSymbols = true, InMemory = true });
        var folders = SourceFolders.Of(read.MainModule, project);
        return new(project, folders);
    }

    /// <summary>
    /// One line a folder, each after all that it uses: <c>Writing → Models, Wire</c>. The project's own folder is written as a dot.
    /// </summary>
    public string Text()
    {
        var lines = new List<string>();
        var seen = new HashSet<string>();
        foreach (var folder in uses.Keys) Append(folder);
        return string.Join('\n', lines);

        void Append(string folder)
        {
            if (!seen.Add(folder)) return;
            foreach (var used in uses[folder].Keys) Append(used);
            lines.Add(uses[folder].Count == 0 ? folder : $"{folder} → {string.Join(", ", uses[folder].Keys)}");
        }
    }

    /// <summary>Every set of folders that reach each other, with what ties them.</summary>
    public IReadOnlyList<string> Circles()
    {
        var reach = uses.Keys.ToDictionary(folder => folder, Reachable);
        return [.. from folder in uses.Keys
                   where reach[folder].Contains(folder)
                   from next in uses[folder]
                   where reach[next.Key].Contains(folder)
                   select $"{Project}: {folder} → {next.Key} ({string.Join("; ", next.Value.Take(4))})"];
    }

    private HashSet<string> Reachable(string from)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(uses[from].Keys);
        while (open.TryPop(out var folder))
        {
            if (!reached.Add(folder)) continue;
            foreach (var next in uses[folder].Keys) open.Push(next);
        }
        return reached;
    }

    private static TypeDefinition Outermost(TypeDefinition type)
    {
        while (type.DeclaringType is { } outer) type = outer;
        return type;
    }
}
