using System.Globalization;
using GspMl.Cli.Npy;
using GspMl.Cli.Parts;
using GspMl.Cli.Shell;
using GspMl.Factorization;
using GspMl.LinearAlgebra;
using Parquet;
using Parquet.Schema;

namespace GspMl.Cli.Tests.Parts;

public sealed class PartTests : IDisposable
{
    private const int Rows = 300;
    private const int Features = 5;
    private readonly TemporaryFolder folder = new();
    private readonly float[] values = [.. Enumerable.Range(0, Rows * Features).Select(i => i % 7 == 0 ? 0 : (i % 16) / 4f)];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_kind_of_file_gives_the_rows_that_are_asked_for()
    {
        NpyWriter.Write<float>(folder.File("x.npy"), values, Rows, Features);
        await WriteParquet("x.parquet", groupRows: 120);
        WriteMatrixMarket("x.mtx");
        foreach (var (name, isDouble) in new[] { ("x.npy", false), ("x.parquet", false), ("x.mtx", true) })
        {
            var set = PartSet.Of([folder.File(name)]);
            Assert.Equal((Rows, Features, isDouble), (set.Rows, set.Features, set.IsDouble));
            foreach (var (first, end) in new[] { (0, Rows), (0, 1), (110, 250), (299, 300) })
                AssertRows(first, end, PartReader.Read<float>(set, first, end));
        }
    }

    [Fact]
    public async Task Files_of_a_folder_follow_one_another_in_the_order_of_their_names()
    {
        NpyWriter.Write<float>(folder.File("a.npy"), values.AsMemory(0, 100 * Features), 100, Features);
        var doubles = Array.ConvertAll(values[(100 * Features)..(180 * Features)], x => (double)x);
        NpyWriter.Write<double>(folder.File("b.npy"), doubles, 80, Features);
        await WriteParquet("c.parquet", groupRows: 50, first: 180);
        File.WriteAllText(folder.File("readme.txt"), "not a part");
        var set = PartSet.FromJson(PartSet.Of([folder.Path]).ToJson());
        Assert.True(set.IsDouble);
        AssertRows(90, 290, PartReader.Read<float>(set, 90, 290));
        Assert.Equal([0, 256, 512, 1000], Enumerable.Range(0, 4).Select(i => (set with { Parts = [new("", 1000)] }).FirstRow(i, 3)));
        set.CheckShards(1);
        Assert.Equal(ExitCode.WrongUsage, Assert.Throws<CommandException>(() => set.CheckShards(2)).ExitCode);
    }

    [Fact]
    public async Task A_folder_is_factorised_as_the_matrix_that_it_is()
    {
        Directory.CreateDirectory(folder.File("parts"));
        NpyWriter.Write<float>(folder.File("whole.npy"), values, Rows, Features);
        NpyWriter.Write<float>(folder.File("parts/0.npy"), values.AsMemory(0, 128 * Features), 128, Features);
        NpyWriter.Write<float>(folder.File("parts/1.npy"), values.AsMemory(128 * Features), Rows - 128, Features);
        var whole = await CommandRun.Of("nmf", folder.File("whole.npy"), "--rank", "2", "--out", folder.File("o1"), "--format", "json");
        var parts = await CommandRun.Of("nmf", folder.File("parts"), "--rank", "2", "--out", folder.File("o2"), "--format", "json");
        var listed = await CommandRun.Of("nmf", folder.File("parts/0.npy"), folder.File("parts/1.npy"), "--rank", "2", "--out",
            folder.File("o3"), "--format", "json");
        var error = whole.Json.GetProperty("relativeError").GetDouble();
        Assert.Equal(error, parts.Json.GetProperty("relativeError").GetDouble(), 1e-4);
        Assert.Equal(parts.Json.GetProperty("relativeError").GetDouble(), listed.Json.GetProperty("relativeError").GetDouble());
        Assert.Equal(Rows, parts.Json.GetProperty("samples").GetInt32());
    }

    [Fact]
    public async Task What_cannot_be_a_part_is_named()
    {
        NpyWriter.Write<float>(folder.File("five.npy"), values, Rows, Features);
        NpyWriter.Write<float>(folder.File("three.npy"), values, 500, 3);
        AssertRefused("three.npy: has 3 features; ", () => PartSet.Of([folder.File("five.npy"), folder.File("three.npy")]));
        AssertRefused("x.csv: a part ends in .npy, .mtx, .mtx.gz, .parquet", () => PartSet.Of([folder.File("x.csv")]));
        Directory.CreateDirectory(folder.File("empty"));
        AssertRefused("empty: has no .npy", () => PartSet.Of([folder.File("empty")]));
        File.WriteAllText(folder.File("bad.parquet"), "PAR0 and more that is none");
        AssertRefused("bad.parquet: no Parquet file", () => PartSet.Of([folder.File("bad.parquet")]));
        await WriteParquet("none.parquet", groupRows: 1, first: Rows);
        AssertRefused("none.parquet: has no rows", () => PartSet.Of([folder.File("none.parquet")]));
        values[(200 * Features) + 2] = -1;
        NpyWriter.Write<float>(folder.File("minus.npy"), values, Rows, Features);
        AssertRefused("minus.npy, counted from row 150: The value at row 50, feature 2 is -1",
            () => PartReader.Read<float>(PartSet.Of([folder.File("minus.npy")]), 150, 250));
        await WriteText("text.parquet");
        AssertRefused("text.parquet: column 'word' holds no numbers", () => PartSet.Of([folder.File("text.parquet")]));
        await WriteNullable("null.parquet");
        AssertRefused("null.parquet: column 'x' has no value in row 1",
            () => PartReader.Read<float>(PartSet.Of([folder.File("null.parquet")])));
    }

    private static void AssertRefused(string message, Func<object> read) =>
        Assert.Contains(message, Assert.Throws<CommandException>(read).Message, StringComparison.Ordinal);

    /// <summary>The error of X as its own coefficients with the identity as basis is 0 for these rows alone.</summary>
    private void AssertRows(int first, int end, DataMatrix<float> data)
    {
        var rows = new DenseMatrix<float>(end - first, Features, values[(first * Features)..(end * Features)]);
        var identity = new DenseMatrix<float>(Features, Features);
        for (var j = 0; j < Features; j++) identity[j, j] = 1;
        Assert.Equal(end - first, data.Samples);
        Assert.Equal(0, data.MeasureRelativeError(rows, identity), 1e-7);
    }

    private void WriteMatrixMarket(string name)
    {
        var entries = values.Select((x, i) => (x, i)).Where(entry => entry.x != 0).ToList();
        File.WriteAllLines(folder.File(name),
            [
                "%%MatrixMarket matrix coordinate real general", $"{Rows} {Features} {entries.Count}",
                .. entries.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.i / Features + 1} {e.i % Features + 1} {e.x}")),
            ]);
    }

    /// <summary>Columns of several types, in groups of rows.</summary>
    private async Task WriteParquet(string name, int groupRows, int first = 0)
    {
        DataField[] fields = [new DataField<float>("a"), new DataField<float>("b"), new DataField<float>("c"), new DataField<float>("d"),
            new DataField<float>("e")];
        await using var stream = File.Create(folder.File(name));
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream);
        for (var start = first; start < Rows; start += groupRows)
        {
            using var group = writer.CreateRowGroup();
            var count = Math.Min(groupRows, Rows - start);
            for (var j = 0; j < Features; j++)
                await group.WriteAsync<float>(fields[j], Enumerable.Range(start, count).Select(i => values[i * Features + j]).ToArray());
        }
    }

    private async Task WriteText(string name)
    {
        DataField field = new DataField<string>("word");
        await using var stream = File.Create(folder.File(name));
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), stream);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(field, (string[])["a", "b"]);
    }

    private async Task WriteNullable(string name)
    {
        DataField field = new DataField<int?>("x");
        await using var stream = File.Create(folder.File(name));
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), stream);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync<int>(field, (int?[])[1, null, 3]);
    }
}
