using System.IO.Compression;
using System.Text;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Onnx.Files;

namespace GspMl.Cli.Tests.Npy;

public sealed class NpyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(6)]
    [InlineData(2, 3)]
    [InlineData(1, 2, 3)]
    [InlineData(0, 3)]
    public void What_is_written_is_read_again(params int[] shape)
    {
        var values = Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(i => i * 0.25f - 1).ToArray();
        var path = folder.File("a.npy");

        NpyWriter.Write<float>(path, values, shape);
        var read = NpyReader.Read(path);

        Assert.Equal(shape, read.Shape);
        Assert.Equal(values, read.As<float>());
        Assert.Equal(0, (File.ReadAllBytes(path).Length - values.Length * 4) % 64);
    }

    [Fact]
    public void A_pipe_or_an_empty_file_is_refused_before_it_is_opened()
    {
        var path = folder.File("empty.npy");
        File.WriteAllBytes(path, []);
        Assert.Contains("empty, or no regular file", Assert.Throws<CommandException>(() => NpyReader.Read(path)).Message,
            StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return; // where pipes have no place in folders
        var pipe = folder.File("pipe.npy");
        using (var process = System.Diagnostics.Process.Start("mkfifo", [pipe])) process.WaitForExit();
        Assert.Contains("empty, or no regular file", Assert.Throws<CommandException>(() => NpyReader.Read(pipe)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fortran_order_is_turned_into_C_order()
    {
        var path = Craft("<f8", fortran: true, "(2, 3)", new double[] { 1, 4, 2, 5, 3, 6 });

        Assert.Equal([1, 2, 3, 4, 5, 6], NpyReader.Read(path).As<double>());
    }

    [Fact]
    public void Fortran_order_of_three_axes_is_turned_into_C_order()
    {
        // a[i,j,k] = 100 i + 10 j + k, first index fastest in the file
        var file = from k in Enumerable.Range(0, 4)
                   from j in Enumerable.Range(0, 3)
                   from i in Enumerable.Range(0, 2)
                   select 100.0 * i
            + 10 * j + k;
        var want = from i in Enumerable.Range(0, 2)
                   from j in Enumerable.Range(0, 3)
                   from k in Enumerable.Range(0, 4)
                   select 100.0 * i
            + 10 * j + k;

        var path = Craft("<f8", fortran: true, "(2, 3, 4)", file.ToArray());

        Assert.Equal(want, NpyReader.Read(path).As<double>());
    }

    [Fact]
    public void Big_endian_elements_are_swapped()
    {
        var path = Craft(">i4", fortran: false, "(2,)", new[] { 0x01000000, 0x00010000 });

        Assert.Equal([1L, 256L], NpyReader.Read(path).As<long>());
    }

    [Theory]
    [InlineData("f2", new byte[] { 0, 0, 0, 0x3C, 0, 0x40 })]
    [InlineData("f4", new byte[] { 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40 })]
    [InlineData("f8", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x40 })]
    [InlineData("i1", new byte[] { 0, 1, 2 })]
    [InlineData("i2", new byte[] { 0, 0, 1, 0, 2, 0 })]
    [InlineData("i4", new byte[] { 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0 })]
    [InlineData("i8", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("u1", new byte[] { 0, 1, 2 })]
    [InlineData("u2", new byte[] { 0, 0, 1, 0, 2, 0 })]
    [InlineData("u4", new byte[] { 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0 })]
    [InlineData("u8", new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0 })]
    public void Every_type_of_number_is_read_in_both_byte_orders(string kind, byte[] elements)
    {
        Assert.Equal([0, 1, 2], NpyReader.Read(Craft($"<{kind}", fortran: false, "(3,)", elements)).As<float>());
        var size = elements.Length / 3;
        byte[] swapped = [.. elements.Chunk(size).SelectMany(element => element.Reverse())];
        var read = NpyReader.Read(Craft($">{kind}", fortran: false, "(3,)", swapped));
        Assert.Equal([0, 1, 2], read.As<double>());
        Assert.Equal([0, 1, 2], read.As<long>());
    }

    [Fact]
    public void Truth_values_are_0_and_1()
    {
        var read = NpyReader.Read(Craft("|b1", fortran: true, "(2, 2)", new byte[] { 0, 1, 2, 0 }));

        Assert.Equal([false, true, true, false], Assert.IsType<bool[]>(read.Values));
        Assert.Equal([0f, 1, 1, 0], read.As<float>());
    }

    [Fact]
    public void A_number_beyond_the_wanted_type_is_refused()
    {
        var path = Craft("<u8", fortran: false, "(1,)", new[] { ulong.MaxValue });

        Assert.Contains("beyond the range of Int64", Assert.Throws<CommandException>(() => NpyReader.Read(path).As<long>()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Gzipped_files_are_read_as_they_are()
    {
        var plain = Craft("|u1", fortran: false, "(3,)", new byte[] { 7, 8, 9 });
        var zipped = folder.File("a.npy.gz");
        using (var gzip = new GZipStream(File.Create(zipped), CompressionMode.Compress)) gzip.Write(File.ReadAllBytes(plain));

        Assert.Equal([7f, 8f, 9f], NpyReader.Read(zipped).As<float>());
    }

    [Theory]
    [InlineData("<f4", "(4,)", "ends before")]
    [InlineData("<c8", "(1,)", "'c8' is not read")]
    [InlineData("<f4", "(x,)", "'x' is no extent")]
    [InlineData("<f4", "(4000000000,)", "is no extent")]
    [InlineData("<f4", "(2000000000, 2000000000)", "more than")]
    public void Bad_files_are_refused_by_name(string descr, string shape, string reason)
    {
        var path = Craft(descr, fortran: false, shape, new byte[] { 1, 2, 3, 4 });

        var error = Assert.Throws<CommandException>(() => NpyReader.Read(path));

        Assert.Equal(ExitCode.BadInput, error.ExitCode);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_few_bytes_of_something_else_is_no_array_cut_short()
    {
        var path = folder.File("x.npy");
        File.WriteAllText(path, "hello");
        Assert.Contains("not an NPY file", Assert.Throws<CommandException>(() => NpyReader.Read(path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, [0x93, (byte)'N', (byte)'U']);
        Assert.Contains("ends before", Assert.Throws<CommandException>(() => NpyReader.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_NPY_is_refused_by_name()
    {
        var path = folder.File("text.npy");
        File.WriteAllText(path, "hello, this is no array");

        Assert.Contains("not an NPY file", Assert.Throws<CommandException>(() => NpyReader.Read(path)).Message, StringComparison.Ordinal);
        Assert.Contains("no such file", Assert.Throws<CommandException>(() => NpyReader.Read(path + "x")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_write_leaves_the_earlier_file_and_nothing_else()
    {
        var path = folder.File("kept.npy");
        File.WriteAllText(path, "earlier");

        Assert.Throws<InvalidOperationException>(() => OutputFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException("half-way");
        }));

        Assert.Equal("earlier", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    private string Craft<T>(string descr, bool fortran, string shape, T[] values) where T : unmanaged
    {
        var header = $"{{'descr': '{descr}', 'fortran_order': {(fortran ? "True" : "False")}, 'shape': {shape}, }}\n";
        var path = folder.File("crafted.npy");
        using var stream = File.Create(path);
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0]);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<T>(values));
        return path;
    }
}
