using System.IO.Compression;
using System.Runtime.InteropServices;

namespace PrunedModelInPipeline;

/// <summary>A handwritten digit of 28 × 28 pixels, 0 … 1, and what it says.</summary>
internal sealed record Digit(uint Number, float[] Pixels)
{
    public const int Side = 28;

    /// <summary>The first digits of those that lie beside the models.</summary>
    public static IEnumerable<Digit> Read(int count)
    {
        var labels = MemoryMarshal.Cast<byte, long>(Values("onnx-models/digits-test-labels.npy.gz")).ToArray();
        var pixels = MemoryMarshal.Cast<byte, float>(Values("onnx-models/digits-test-inputs.npy.gz")).ToArray();
        return Enumerable.Range(0, count).Select(i => new Digit((uint)labels[i], pixels[(i * Side * Side)..((i + 1) * Side * Side)]));
    }

    /// <summary>What follows the header of an NPY file: ten bytes, and as many as the last two of them say.</summary>
    private static byte[] Values(string path)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(File.OpenRead(path), CompressionMode.Decompress)) gzip.CopyTo(buffer);
        var bytes = buffer.ToArray();
        return bytes[(10 + BitConverter.ToUInt16(bytes, 8))..];
    }
}
