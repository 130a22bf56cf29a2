using GspMl.Cli.MatrixMarket;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.MatrixMarket;

public sealed class MatrixMarketReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Entries_in_any_order_become_rising_rows_and_doubles_are_added()
    {
        var matrix = Read("%%MatrixMarket matrix coordinate real general\n% a comment\n\n3 4 5\n3 2 1.5\n1 4 2\n1 1 1e1\n3 2 0.5\n3 1 7\n");
        Assert.Equal((3, 4), (matrix.Rows, matrix.Columns));
        Assert.Equal([0, 2, 2, 4], matrix.Starts);
        Assert.Equal([0, 3, 0, 1], matrix.Features);
        Assert.Equal([10, 2, 7, 2], matrix.Values);
    }

    [Fact]
    public void A_symmetric_matrix_has_its_other_half()
    {
        var matrix = Read("%%MatrixMarket matrix coordinate integer symmetric\n2 2 2\n1 1 3\n2 1 4\n");
        Assert.Equal([0, 1, 0], matrix.Features);
        Assert.Equal([3, 4, 4], matrix.Values);
    }

    [Fact]
    public void Tabs_and_carriage_returns_separate_as_blanks_do()
    {
        Assert.Equal([3.5], Read("%%MatrixMarket\tmatrix  coordinate\treal general\r\n2\t2 1\r\n1\t2\t3.5\r\n").Values);
    }

    [Fact]
    public void A_pattern_has_ones()
    {
        Assert.Equal([1, 1], Read("%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 1\n2 2\n").Values);
    }

    [Fact]
    public void An_array_is_read_by_columns()
    {
        var matrix = Read("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n4\n");
        Assert.Equal([1, 3, 2, 4], matrix.Values);
    }

    [Theory]
    [InlineData("hello\n", "line 1")]
    [InlineData("%%MatrixMarket matrix coordinate complex general\n", "line 1")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 1\n", "line 3: 3 is not a whole number between 1 and 2")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1\n", "line 3: 2 numbers where 3 are wanted")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 x\n", "line 3: 'x' is not a number")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 1\n", "ends before")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 1\n\n2 2 5\n", "line 5: '2 2 5' stands after the last entry")]
    [InlineData("%%MatrixMarket matrix coordinate real symmetric\n2 3 1\n1 3 1\n", "line 2: a symmetric matrix is square")]
    [InlineData("%%MatrixMarket matrix coordinate real general\n2147483647 2 1\n1 1 1\n", "line 2: 2147483647 is not a whole number")]
    public void A_bad_file_is_named_with_its_line(string text, string message)
    {
        var error = Assert.Throws<CommandException>(() => Read(text));
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.Contains(message, error.Message);
    }

    private SparseMatrix Read(string text)
    {
        File.WriteAllText(folder.File("m.mtx"), text);
        return MatrixMarketReader.Read(folder.File("m.mtx"));
    }
}
