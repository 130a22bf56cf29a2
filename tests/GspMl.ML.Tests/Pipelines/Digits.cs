using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace GspMl.ML.Tests.Pipelines;

/// <summary>A thousand handwritten digits of 28 × 28 pixels with their labels.</summary>
internal static class Digits
{
    private const int Pixels = 28 * 28;

    public static IDataView Load(MLContext ml)
    {
        var labels = MemoryMarshal.Cast<byte, long>(Values("digits-test-labels.npy.gz")).ToArray();
        var images = MemoryMarshal.Cast<byte, float>(Values("digits-test-inputs.npy.gz")).ToArray();
        var digits = labels.Select((label, i) => new Digit { Number = (uint)label, Pixels = images[(i * Pixels)..((i + 1) * Pixels)] });
        return ml.Data.LoadFromEnumerable(digits.ToList());
    }

    /// <summary>The values of a gzipped NPY file of version 1: after the magic there are two bytes with the header's length.</summary>
    private static byte[] Values(string name)
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", name)), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        file.CopyTo(memory);
        var bytes = memory.ToArray();
        return bytes[(10 + BitConverter.ToUInt16(bytes, 8))..];
    }

    internal sealed class Digit
    {
        public uint Number { get; set; }

        [VectorType(Digits.Pixels)] public float[] Pixels { get; set; } = [];
    }
}
