using System.Text.Json;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Parts;

/// <summary>The rows of several files, one file's after the other's, and how they are cut into shards.</summary>
/// <param name="Features">The values in a row.</param>
/// <param name="IsDouble">Whether any file has double precision: then all are read so.</param>
/// <param name="Parts">The files.</param>
internal sealed record PartSet(int Features, bool IsDouble, IReadOnlyList<DataPart> Parts)
{
    /// <summary>Shards cut at multiples of these have coefficients of the same bits, however many there are.</summary>
    public const int CutRows = 256;

    // More than any disk holds; sums of a few thousand such files are still numbers.
    private const long MostRows = 1L << 50;

    public long Rows => Parts.Sum(part => part.Rows);

    /// <summary>Reads the heads of files.</summary>
    /// <param name="paths">Files, and folders whose .npy, .mtx, .mtx.gz and .parquet files are taken in the order of their names.</param>
    /// <exception cref="CommandException">There is no file, one is of another kind, or their features differ.</exception>
    public static PartSet Of(IEnumerable<string> paths)
    {
        List<(string Path, PartShape Shape)> files = [.. paths.SelectMany(Files).Select(path => (path, PartFile.Of(path).ReadShape()))];
        var (first, shape) = files[0];
        foreach (var (path, other) in files)
        {
            if (other.Features != shape.Features)
                throw CommandException.Input($"{path}: has {other.Features} features; {first} has {shape.Features}.");
            if (other.Rows is < 0 or > MostRows) throw CommandException.Input($"{path}: {other.Rows} rows are not believed.");
        }
        if (files.TrueForAll(file => file.Shape.Rows == 0)) throw CommandException.Input($"{first}: has no rows.");
        return new(shape.Features, files.Exists(file => file.Shape.IsDouble),
            [.. files.Select(file => new DataPart(file.Path, file.Shape.Rows))]);
    }

    public string ToJson() => JsonSerializer.Serialize(this);

    public static PartSet FromJson(string text) => JsonSerializer.Deserialize<PartSet>(text)!;

    /// <summary>The row that a shard begins with; that of the shard after the last is the number of rows.</summary>
    public long FirstRow(int shard, int shards) =>
        shard == shards ? Rows : (long)((Int128)Rows * shard / shards) / CutRows * CutRows;

    /// <exception cref="CommandException">So many shards would leave one without rows.</exception>
    public void CheckShards(int shards)
    {
        var most = Math.Max(1, Rows / CutRows);
        if (shards < 1 || shards > most)
            throw CommandException.Usage($"--shards {shards}: {Rows} rows make 1 to {most} shards of at least {CutRows} rows.");
    }

    private static IEnumerable<string> Files(string path)
    {
        if (!Directory.Exists(path)) return [Path.GetFullPath(path)];
        string[] files = [.. Directory.EnumerateFiles(path).Where(PartFile.IsKnown).Order(StringComparer.Ordinal).Select(Path.GetFullPath)];
        return files.Length > 0 ? files : throw CommandException.Input($"{path}: has no .npy, .mtx, .mtx.gz or .parquet file.");
    }
}
