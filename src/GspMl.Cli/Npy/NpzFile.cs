using System.IO.Compression;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Npy;

/// <summary>
/// An archive of named arrays as NumPy's savez writes it: a zip file whose entries are NPY files. Nothing is unpacked to disk, and no array
/// is made room for that its entry cannot hold.
/// </summary>
internal sealed class NpzFile : IDisposable
{
    private const string Ending = ".npy";
    private readonly string path;
    private readonly ZipArchive archive;
    private readonly Dictionary<string, ZipArchiveEntry> entries;

    private NpzFile(string path, ZipArchive archive, Dictionary<string, ZipArchiveEntry> entries)
        => (this.path, this.archive, this.entries) = (path, archive, entries);

    /// <summary>The names of the arrays, in the archive's order.</summary>
    public IReadOnlyList<string> Names => [.. entries.Keys];

    /// <summary>Whether a file's name says that it is such an archive.</summary>
    public static bool IsNamed(string path) => path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="CommandException">There is no such file, or it is no archive of arrays; the message names it.</exception>
    public static NpzFile Open(string path)
    {
        var stream = InputFile.Open(path);
        try
        {
            var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            return new(path, archive, Entries(path, archive, stream.Length));
        }
        catch (Exception e)
        {
            stream.Dispose();
            if (e is InvalidDataException or IOException or ArgumentException)
                throw CommandException.Input($"{path}: no archive of arrays that can be read: {e.Message}");
            throw;
        }
    }

    /// <summary>Reads one of the arrays.</summary>
    /// <exception cref="CommandException">The entry is damaged, or no array of numbers; the message names file and array.</exception>
    public NpyArray Read(string name)
    {
        var (entry, title) = (entries[name], $"{path}, array '{name}'");
        try
        {
            using var stream = new ChecksummedStream(entry.Open(), entry.Crc32);
            var array = NpyReader.Read(title, stream, Math.Min(entry.Length, NpyReader.MostUnpacked(entry.CompressedLength)));
            stream.Finish();
            return array;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw CommandException.Input($"{title}: {e.Message}");
        }
    }

    private static Dictionary<string, ZipArchiveEntry> Entries(string path, ZipArchive archive, long length)
    {
        var entries = new Dictionary<string, ZipArchiveEntry>();
        var compressed = 0.0;
        foreach (var entry in archive.Entries.Where(entry => entry.FullName.EndsWith(Ending, StringComparison.Ordinal)))
        {
            var name = entry.FullName[..^Ending.Length];
            if (!entries.TryAdd(name, entry)) throw CommandException.Input($"{path}: holds array '{name}' twice.");
            compressed += entry.CompressedLength;
        }
        if (entries.Count == 0) throw CommandException.Input($"{path}: holds no array.");
        // Entries that share their bytes would make much of little.
        return compressed <= length ? entries
            : throw CommandException.Input($"{path}: its arrays take more bytes than the file has.");
    }

    public void Dispose() => archive.Dispose();
}
