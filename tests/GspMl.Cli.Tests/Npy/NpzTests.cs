using System.IO.Compression;
using System.Text;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;

namespace GspMl.Cli.Tests.Npy;

public sealed class NpzTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Arrays_are_read_by_name()
    {
        var path = Write(("a", Npy("<f4", "(2,)", 8, 0)), ("scope/b:0", Npy("|u1", "(3,)", 3, 7)), ("notes.txt", [1]));
        using var archive = NpzFile.Open(path);

        Assert.Equal(["a", "scope/b:0"], archive.Names);
        Assert.Equal([7, 7, 7], archive.Read("scope/b:0").As<int>());
    }

    [Fact]
    public void An_array_that_its_entry_cannot_hold_is_refused_before_there_is_room_for_it()
    {
        var path = Write(("a", Npy("<f8", "(250000000,)", 8, 0)));
        using var archive = NpzFile.Open(path);
        var before = GC.GetTotalAllocatedBytes();

        var error = Assert.Throws<CommandException>(() => archive.Read("a"));

        Assert.Equal($"{path}, array 'a': the file ends before its array does.", error.Message);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10 << 20);
    }

    [Fact]
    public void An_entry_whose_bytes_were_changed_is_refused()
    {
        var path = Write(("a", Npy("<f4", "(2,)", 8, 5)));
        var bytes = File.ReadAllBytes(path);
        // Stored entries show their bytes as they are; the last of the array's eight.
        var at = bytes.AsSpan().LastIndexOf(new byte[] { 5, 5, 5, 5, 5, 5, 5, 5 });
        if (at >= 0) bytes[at + 7] = 6;
        else ChangeChecksum(bytes);
        File.WriteAllBytes(path, bytes);
        using var archive = NpzFile.Open(path);

        Assert.Equal($"{path}, array 'a': the entry is damaged: its checksum is another.", Refused(() => archive.Read("a")));
    }

    /// <summary>Of a compressed entry, in the central directory.</summary>
    private static void ChangeChecksum(byte[] bytes)
    {
        const int ChecksumInDirectory = 16;
        bytes[bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + ChecksumInDirectory] ^= 1;
    }

    [Fact]
    public void What_is_no_archive_of_arrays_is_refused_by_name()
    {
        var path = folder.File("bad.npz");
        File.WriteAllText(path, "PK\u0003\u0004 and nothing more");
        Assert.Contains($"{path}: no archive of arrays", Refused(() => NpzFile.Open(path)), StringComparison.Ordinal);
        Assert.Contains("holds no array", Refused(() => NpzFile.Open(Write(("a.txt", [1])))), StringComparison.Ordinal);
        Assert.Contains("holds array 'a' twice", Refused(() => NpzFile.Open(Write(("a", [1]), ("a", [1])))), StringComparison.Ordinal);
        File.Copy(Write(("a", Npy("<f4", "(2,)", 8, 0))), folder.File("zip.npy"));
        Assert.Contains("ends in .npz", Refused(() => NpyReader.Read(folder.File("zip.npy"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Python_objects_are_never_read()
    {
        using var archive = NpzFile.Open(Write(("a", Npy("|O", "(2,)", 8, 0))));
        Assert.Contains("Python objects", Refused(() => archive.Read("a")), StringComparison.Ordinal);
    }

    private static string Refused(Func<object> read)
    {
        var error = Assert.Throws<CommandException>(() => read());
        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        return error.Message;
    }

    private static byte[] Npy(string descr, string shape, int bytes, byte value)
    {
        var header = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. Enumerable.Repeat(value, bytes)];
    }

    private string Write(params (string Name, byte[] Bytes)[] entries)
    {
        var path = folder.File($"{Guid.NewGuid()}.npz");
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries)
        {
            using var entry = archive.CreateEntry(name.EndsWith(".txt", StringComparison.Ordinal) ? name : $"{name}.npy").Open();
            entry.Write(bytes);
        }
        return path;
    }
}
