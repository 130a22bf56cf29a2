using GspMl.Onnx.Wire;
using Microsoft.Win32.SafeHandles;

namespace GspMl.Onnx.Models;

/// <summary>A temporary file for new elements that memory has no room for. Nothing is opened before the first is written.</summary>
internal sealed class Spool : IDisposable
{
    private SafeFileHandle? file;
    private long length;

    /// <summary>Keeps some bytes.</summary>
    /// <param name="elements">The bytes.</param>
    /// <param name="old">What they take the place of; as many bytes, or null for a new place.</param>
    public SpooledContent Write(ReadOnlySpan<byte> elements, SpooledContent? old)
    {
        file ??= File.OpenHandle(Path.Combine(Path.GetTempPath(), $"gspml-{Path.GetRandomFileName()}"),
            FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        var offset = old?.Offset ?? length;
        RandomAccess.Write(file, elements, offset);
        length = Math.Max(length, offset + elements.Length);
        return new(file, offset, elements.Length);
    }

    public void Dispose()
    {
        file?.Dispose();
        (file, length) = (null, 0);
    }
}

/// <summary>Bytes in a temporary file.</summary>
internal sealed class SpooledContent(SafeFileHandle file, long offset, long length) : SpliceContent
{
    private const int BufferSize = 1 << 20;

    public long Offset => offset;

    public override long Length => length;

    public override void WriteTo(Stream target)
    {
        var buffer = new byte[Math.Min(BufferSize, length)];
        for (var at = 0L; at < length; at += buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
            ExactRead.Fill(file, offset + at, piece);
            target.Write(piece);
        }
    }
}
