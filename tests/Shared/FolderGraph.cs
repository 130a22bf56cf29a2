using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace GspMl.Tests.Shared;

/// <summary>
/// Which folder of a project uses which: a folder uses another when one of its files names a type that is declared there and that it can
/// see. Comments and texts do not count, so that a page may point upwards.
/// </summary>
internal sealed partial class FolderGraph
{
    private readonly SortedDictionary<string, SortedSet<string>> uses = new(StringComparer.Ordinal);

    private FolderGraph(IReadOnlyList<(string Folder, string Code)> files)
    {
        var homes = files
            .SelectMany(file => Declaration().Matches(file.Code)
                .Select(match => (Type: match.Groups["name"].Value, Home: new Home(file.Folder, Space(file.Code)))))
            .Distinct().ToLookup(found => found.Type, found => found.Home);
        foreach (var (folder, code) in files)
        {
            if (!uses.TryGetValue(folder, out var used)) uses[folder] = used = new(StringComparer.Ordinal);
            HashSet<string> opened = [.. Using().Matches(code).Select(match => match.Groups["space"].Value)];
            var own = $"{Space(code)}.";
            // A name that several folders declare is that of the file's own, or cannot be told.
            var named = Name().Matches(code).Select(match => match.Value).Distinct()
                .Select(name => homes[name].Where(IsSeen).ToList());
            used.UnionWith(named.Where(found => found.Count == 1 && found[0].Folder != folder).Select(found => found[0].Folder));

            bool IsSeen(Home home) => opened.Contains(home.Space) || own.StartsWith($"{home.Space}.", StringComparison.Ordinal);
        }
    }

    private readonly record struct Home(string Folder, string Space);

    private static string Space(string code) => Namespace().Match(code).Groups["space"].Value;

    /// <summary>The graph of a project under src/.</summary>
    public static FolderGraph Of(string project, [CallerFilePath] string here = "")
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "src", project));
        var files = Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        return new([.. files.Select(file => (FolderOf(file), Aside().Replace(File.ReadAllText(file), " ")))]);

        string FolderOf(string file) => Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/');
    }

    /// <summary>Each group of folders that lead to one another, as one line.</summary>
    public IEnumerable<string> Circles()
    {
        var reached = uses.Keys.ToDictionary(folder => folder, Reachable);
        return uses.Keys.Where(folder => reached[folder].Contains(folder))
            .Select(folder => string.Join(" ↔ ", reached[folder].Where(other => reached[other].Contains(folder))
                .Order(StringComparer.Ordinal))).Distinct();
    }

    /// <summary>A line a folder, with the folders that it uses.</summary>
    public override string ToString() => string.Join("\n", uses.Select(entry => $"{entry.Key} → {string.Join(", ", entry.Value)}"));

    private HashSet<string> Reachable(string from)
    {
        var (found, open) = (new HashSet<string>(), new Stack<string>(uses[from]));
        while (open.TryPop(out var next))
        {
            if (found.Add(next)) foreach (var further in uses[next]) open.Push(further);
        }
        return found;
    }

    [GeneratedRegex("""//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""")]
    private static partial Regex Aside();

    /// <summary>Types are declared at the beginning of a line, those within others are not.</summary>
    [GeneratedRegex(@"^(?:public|internal|file)\s[\w\s]*?\b(?:class|struct|interface|enum|record(?:\sstruct)?)\s(?<name>[A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^namespace\s(?<space>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:global\s)?using\s(?:static\s)?(?<space>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*")]
    private static partial Regex Name();
}
