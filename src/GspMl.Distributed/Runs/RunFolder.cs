using System.Globalization;
using System.Text.Json;

namespace GspMl.Distributed.Runs;

/// <summary>
/// What a run keeps on disk: what it is, each request with its answer, by number, and the states that shards saved. From it a lost shard is
/// made again, and a run goes on whose coordinator was lost.
/// </summary>
internal sealed class RunFolder(string path)
{
    private const string Description = "run.json";

    public static RunFolder Of(string cluster, string run) => new(Path.Combine(cluster, "runs", run));

    /// <summary>All runs of a cluster, the newest first.</summary>
    public static IReadOnlyList<ShardRun> All(string cluster) => Directory.Exists(Path.Combine(cluster, "runs"))
        ? [.. new DirectoryInfo(Path.Combine(cluster, "runs")).GetDirectories()
            .Where(folder => new RunFolder(folder.FullName).Exists)
            .OrderByDescending(folder => File.GetLastWriteTimeUtc(Path.Combine(folder.FullName, Description)))
            .Select(folder => new RunFolder(folder.FullName).Read())]
        : [];

    public bool Exists => File.Exists(Path.Combine(path, Description));

    /// <summary>Makes the folder of a new run.</summary>
    public void Create(ShardRun run)
    {
        Directory.CreateDirectory(path);
        WholeFile.Write(Path.Combine(path, Description), JsonSerializer.Serialize(run));
    }

    /// <exception cref="InvalidDataException">There is no such run.</exception>
    public ShardRun Read() => Exists
        ? JsonSerializer.Deserialize<ShardRun>(File.ReadAllText(Path.Combine(path, Description)))!
        : throw new InvalidDataException($"{path} is not the folder of a run.");

    public byte[]? Request(int number) => ReadIfThere(Numbered(number, "request"));

    public byte[]? Answer(int number) => ReadIfThere(Numbered(number, "answer"));

    public void WriteRequest(int number, byte[] bytes) => WholeFile.Write(Numbered(number, "request"), stream => stream.Write(bytes));

    public void WriteAnswer(int number, byte[] bytes) => WholeFile.Write(Numbered(number, "answer"), stream => stream.Write(bytes));

    public void WriteState(int shard, Action<Stream> save) => WholeFile.Write(StatePath(shard), save);

    /// <summary>The state that a shard saved last; null: none.</summary>
    public Stream? OpenState(int shard) => File.Exists(StatePath(shard)) ? File.OpenRead(StatePath(shard)) : null;

    public void Delete() => Directory.Delete(path, recursive: true);

    private string StatePath(int shard) => Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{shard:D6}.state"));

    private string Numbered(int number, string kind) =>
        Path.Combine(path, string.Create(CultureInfo.InvariantCulture, $"{number:D6}.{kind}"));

    private static byte[]? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
}
