using System.Buffers.Binary;
using System.IO.Compression;

namespace GspMl.Cli.Pictures;

/// <summary>An 8-bit gray picture, 0 black, 255 white, and its PNG form (ISO/IEC 15948: IHDR, one IDAT, IEND).</summary>
internal sealed class GrayPicture(int width, int height)
{
    private readonly byte[] pixels = new byte[checked(width * height)];

    public int Width => width;

    public int Height => height;

    public byte this[int x, int y]
    {
        get => pixels[y * width + x];
        set => pixels[y * width + x] = value;
    }

    /// <summary>Every pixel as a square of <paramref name="factor"/> pixels.</summary>
    public GrayPicture Enlarged(int factor)
    {
        var result = new GrayPicture(width * factor, height * factor);
        for (var y = 0; y < result.Height; y++)
            for (var x = 0; x < result.Width; x++) result[x, y] = this[x / factor, y / factor];
        return result;
    }

    public byte[] ToPng()
    {
        using var stream = new MemoryStream();
        stream.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits a sample; the rest 0: gray, deflate, adaptive filters, not interlaced
        WriteChunk(stream, "IHDR"u8, header);
        WriteChunk(stream, "IDAT"u8, Compress());
        WriteChunk(stream, "IEND"u8, []);
        return stream.ToArray();
    }

    private byte[] Compress()
    {
        using var bytes = new MemoryStream();
        using (var zlib = new ZLibStream(bytes, CompressionLevel.Optimal))
        {
            for (var y = 0; y < height; y++)
            {
                zlib.WriteByte(0); // this row is not filtered
                zlib.Write(pixels, y * width, width);
            }
        }
        return bytes.ToArray();
    }

    private static void WriteChunk(Stream stream, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        stream.Write(number);
        stream.Write(type);
        stream.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum(type, data));
        stream.Write(number);
    }

    /// <summary>CRC-32 (polynomial 0xEDB88320) of a chunk's type and data.</summary>
    private static uint Checksum(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in type) crc = Next(crc, b);
        foreach (var b in data) crc = Next(crc, b);
        return ~crc;
    }

    private static uint Next(uint crc, byte value)
    {
        crc ^= value;
        for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
        return crc;
    }
}
