using System.Text.RegularExpressions;
using GspMl.Tests.Shared;
using GspMl.Training.Operators.Rules;

namespace GspMl.Training.Tests.Operators;

/// <summary>Names of operators stand in Operators and nowhere else in the library.</summary>
public sealed partial class OperatorNamesTests
{
    [Fact]
    public void No_other_folder_names_an_operator()
    {
        var names = RuleTable.All.SelectMany(rule => rule.Operators).ToHashSet();
        Assert.Empty(Literals().Where(literal => names.Contains(literal.Text)).Select(literal => $"{literal.File}: \"{literal.Text}\""));
    }

    [Fact]
    public void The_scan_sees_literals() => Assert.Contains(Literals(), literal => literal.Text == "constant");

    private static IEnumerable<(string File, string Text)> Literals()
    {
        var project = Repository.File("src", "GspMl.Training");
        return Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(Path.Combine(project, "Operators") + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Select(line => (File: Path.GetRelativePath(project, file), Text: line)))
            .Where(line => !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal))
            .SelectMany(line => Literal().Matches(line.Text).Select(match => (line.File, match.Groups[1].Value)));
    }

    [GeneratedRegex("\"(\\w+)\"")]
    private static partial Regex Literal();
}
