namespace GspMl.Tests.Shared;

/// <summary>
/// docs/architecture.md, which shows the folders of each project between two comments. After a change that is meant, set the variable
/// GSPML_ACCEPT_FOLDERS and run the tests once: the page is then written anew.
/// </summary>
internal static class ArchitecturePage
{
    private static readonly string File = Repository.File("docs", "architecture.md");

    /// <summary>The lines that the page shows of a project.</summary>
    public static string FoldersOf(FolderGraph graph)
    {
        var text = System.IO.File.ReadAllText(File).ReplaceLineEndings("\n");
        var (start, end) = ($"<!-- folders of {graph.Project} -->\n```text\n", "\n```\n<!-- end -->");
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        var to = text.IndexOf(end, from, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("GSPML_ACCEPT_FOLDERS") is null) return text[from..to];
        System.IO.File.WriteAllText(File, text[..from] + graph.Text() + text[to..]);
        return graph.Text();
    }
}
