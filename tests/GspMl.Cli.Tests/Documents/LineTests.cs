namespace GspMl.Cli.Tests.Documents;

/// <summary>The formatter leaves long lines alone; .editorconfig names their end.</summary>
public sealed class LineTests
{
    private const int Columns = 140;

    [Fact]
    public void Lines_of_code_end_at_140_columns()
    {
        var files = Files().ToList();
        Assert.True(files.Count > 300, $"only {files.Count} files of code are found");
        Assert.Empty(files.SelectMany(file => File.ReadLines(file)
            .Select((line, i) => (Line: line, Number: i + 1)).Where(read => read.Line.Length > Columns)
            .Select(read => $"{file}:{read.Number}")));
    }

    private static IEnumerable<string> Files()
        => new[] { "src", "tests", "samples", "benchmarks" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Models.Root, folder), "*.cs", SearchOption.AllDirectories));
}
