using System.IO.Compression;
using System.Text;
using Parquet;
using Parquet.Schema;

namespace GspMl.Fuzz.Corpus;

/// <summary>Small files of data that are right.</summary>
internal static class BuiltArrays
{
    public static IReadOnlyList<byte[]> Npy { get; } = [Array("<f4", [6, 4], 4), Array("<f8", [5, 3], 8), Array(">f4", [4, 4], 4),
        Array("|u1", [3, 5], 1)];

    public static IReadOnlyList<byte[]> Npz { get; } = [Archive(CompressionLevel.Optimal), Archive(CompressionLevel.NoCompression)];

    public static IReadOnlyList<byte[]> MatrixMarket { get; } =
    [
        .. new[]
        {
            "%%MatrixMarket matrix coordinate real general\n% a comment\n4 3 4\n1 1 0.5\n2 2 1e3\n3 3 7\n4 1 2\n",
            "%%MatrixMarket matrix coordinate pattern symmetric\n3 3 3\n1 1\n2 1\n3 2\n",
            "%%MatrixMarket matrix array integer general\n3 2\n1\n2\n3\n4\n5\n6\n",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public static IReadOnlyList<byte[]> Parquet { get; } = [Table()];

    private static byte[] Array(string type, int[] shape, int size)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}";
        header = header.PadRight(118 - 1) + "\n";
        var count = shape.Aggregate(1, (product, extent) => product * extent);
        var values = new byte[count * size];
        for (var i = 0; i < count; i++)
        {
            if (type == "<f4") BitConverter.TryWriteBytes(values.AsSpan(i * 4), (i % 7) + 0.5f);
            else if (type == "<f8") BitConverter.TryWriteBytes(values.AsSpan(i * 8), (i % 5) + 0.25);
            else values[i * size] = (byte)(i % 60);
        }
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. values];
    }

    private static byte[] Archive(CompressionLevel level)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, array) in new[] { ("x.npy", Array("<f4", [6, 8], 4)), ("state.npy", Npy[1]) })
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(array);
            }
        }
        return bytes.ToArray();
    }

    private static byte[] Table()
    {
        using var bytes = new MemoryStream();
        WriteAsync(bytes).GetAwaiter().GetResult();
        return bytes.ToArray();
    }

    private static async Task WriteAsync(Stream stream)
    {
        var (a, b) = (new DataField<float>("a"), new DataField<double>("b"));
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(a, b), stream).ConfigureAwait(false);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync<float>(a, new float[] { 1, 2, 3, 4 }.AsMemory()).ConfigureAwait(false);
        await group.WriteAsync<double>(b, new double[] { 4, 3, 2, 1 }.AsMemory()).ConfigureAwait(false);
    }
}
