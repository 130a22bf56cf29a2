using System.Text.RegularExpressions;
using GspMl.Onnx.Operators;
using GspMl.Tests.Shared;

namespace GspMl.Onnx.Tests.Operators;

/// <summary>What an operator is stands in the table: nowhere else does the library tell operators by their names.</summary>
public sealed partial class OperatorNamesTests
{
    [Fact]
    public void No_other_folder_names_an_operator()
    {
        var names = OperatorTable.All.Select(op => op.Name).ToHashSet();
        Assert.Empty(Literals().Where(literal => names.Contains(literal.Text)).Select(literal => $"{literal.File}: \"{literal.Text}\""));
    }

    [Fact]
    public void No_other_folder_compares_an_operator_with_a_name()
        => Assert.Empty(Lines().Where(line => Comparison().IsMatch(line.Text)).Select(line => $"{line.File}: {line.Text.Trim()}"));

    [Fact]
    public void The_scan_sees_literals() => Assert.Contains(Literals(), literal => literal.Text == "auto_pad");

    private static IEnumerable<(string File, string Text)> Literals()
        => Lines().SelectMany(line => Literal().Matches(line.Text).Select(match => (line.File, match.Groups[1].Value)));

    /// <summary>Every line of code; comments may name what they like.</summary>
    private static IEnumerable<(string File, string Text)> Lines()
    {
        var project = Path.Combine(Repository.Root, "src", "GspMl.Onnx");
        string[] elsewhere = [Path.Combine(project, "Operators"), Path.Combine(project, "obj"), Path.Combine(project, "bin")];
        return Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories)
            .Where(file => !elsewhere.Any(folder => file.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
            .SelectMany(file => File.ReadLines(file).Select(line => (File: Path.GetRelativePath(project, file), Text: line)))
            .Where(line => !line.Text.TrimStart().StartsWith("//", StringComparison.Ordinal));
    }

    [GeneratedRegex("\"(\\w+)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("\\b(OpType|Operator)\\s*(==|!=|is(\\s+not)?)\\s*\\(?\\s*\"")]
    private static partial Regex Comparison();
}
