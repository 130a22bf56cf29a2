using GspMl.Tests.Shared;

namespace GspMl.Training.Tests.Operators.Rules;

/// <summary>
/// docs/gradient-rules.md, whose table says what each rule is tried with. After a change that is meant, set the variable
/// GSPML_ACCEPT_RULES and run the tests once: the page is then written anew.
/// </summary>
internal static class RulePage
{
    private const string Start = "<!-- rules -->\n";
    private const string End = "<!-- end -->";
    private static readonly string Page = Repository.File("docs", "gradient-rules.md");

    /// <summary>The table as the page shows it.</summary>
    public static string Shown()
    {
        var text = File.ReadAllText(Page).ReplaceLineEndings("\n");
        var from = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length;
        var to = text.IndexOf(End, from, StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("GSPML_ACCEPT_RULES") is null) return text[from..to];
        File.WriteAllText(Page, text[..from] + Table() + text[to..]);
        return Table();
    }

    /// <summary>The table as the cases are.</summary>
    public static string Table()
    {
        string[] head = ["| operator | cases | tried in versions | ranks of the first operand | attributes varied |",
            "| --- | ---: | --- | --- | --- |"];
        var rows = RuleCases.All.GroupBy(each => (each.Domain, each.Op)).OrderBy(group => group.Key.Domain, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Op, StringComparer.Ordinal).Select(group => Row(group.Key, [.. group]));
        return string.Concat(head.Concat(rows).Select(line => line + "\n"));
    }

    private static string Row((string Domain, string Op) key, IReadOnlyList<RuleCase> cases)
    {
        var name = key.Domain.Length == 0 ? key.Op : $"{key.Domain}.{key.Op}";
        var versions = key.Domain.Length > 0 ? "–" : string.Join(", ", cases.Select(each => each.Opset).Distinct().Order());
        var ranks = cases.Select(each => each.Operands[0].Shape.Length).Distinct().Order();
        var attributes = cases.SelectMany(each => each.Attributes).Select(attribute => attribute.Name).Distinct().Order();
        return $"| {name} | {cases.Count} | {versions} | {string.Join(", ", ranks)} | {string.Join(", ", attributes)} |";
    }
}
