using GspMl.Onnx.Wire;
using Microsoft.Win32.SafeHandles;

namespace GspMl.Onnx.Models;

/// <summary>
/// A temporary file for new elements that memory has no room for. Nothing is opened before the first is written. The file has no name any
/// more where the system allows that, so that nothing stays behind however the process ends; its room is freed with the handle, which the
/// garbage collector closes if nobody else does.
/// </summary>
internal sealed class Spool : IDisposable
{
    private SafeFileHandle? file;
    private long length;

    /// <summary>Keeps some bytes.</summary>
    /// <param name="elements">The bytes.</param>
    /// <param name="old">What they take the place of; as many bytes, or null for a new place.</param>
    public SpooledContent Write(ReadOnlySpan<byte> elements, SpooledContent? old)
    {
        file ??= Open(Path.Combine(Path.GetTempPath(), $"gspml-{Path.GetRandomFileName()}"));
        var offset = old?.Offset ?? length;
        RandomAccess.Write(file, elements, offset);
        length = Math.Max(length, offset + elements.Length);
        return new(file, offset, elements.Length);
    }

    private static SafeFileHandle Open(string path)
    {
        if (OperatingSystem.IsWindows())
            return File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        var opened = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        File.Delete(path);
        return opened;
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
