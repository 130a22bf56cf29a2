namespace GspMl.Onnx.Wire;

/// <summary>What stands in the place of a piece of a file: bytes at hand, or bytes that are made while they are written.</summary>
internal abstract class SpliceContent
{
    /// <summary>The number of bytes.</summary>
    public abstract long Length { get; }

    public abstract void WriteTo(Stream target);

    /// <summary>All bytes in memory.</summary>
    public virtual ReadOnlyMemory<byte> ToMemory()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)Length));
        using var stream = new MemoryStream(bytes);
        WriteTo(stream);
        return bytes;
    }
}

/// <summary>Bytes at hand.</summary>
internal sealed class BytesContent(ReadOnlyMemory<byte> bytes) : SpliceContent
{
    public override long Length => bytes.Length;

    public override void WriteTo(Stream target) => target.Write(bytes.Span);

    public override ReadOnlyMemory<byte> ToMemory() => bytes;
}
