using System.IO.Hashing;

namespace GspMl.Cli.Npy;

/// <summary>
/// Reads an entry of a zip file and compares it with its checksum where it ends. A reader that stops short of the end, where its array is
/// complete, calls <see cref="Finish"/>.
/// </summary>
/// <param name="inner">The entry's stream, at its beginning.</param>
/// <param name="checksum">Its CRC-32, as the archive has it.</param>
internal sealed class ChecksummedStream(Stream inner, uint checksum) : Stream
{
    private const int PartLength = 1 << 16;
    private readonly Crc32 read = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        read.Append(buffer[..count]);
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Reads what is left.</summary>
    /// <exception cref="InvalidDataException">What was read is not what the checksum was taken of.</exception>
    public void Finish()
    {
        var part = new byte[PartLength];
        while (Read(part) > 0) { }
        if (read.GetCurrentHashAsUInt32() != checksum) throw new InvalidDataException("the entry is damaged: its checksum is another.");
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
