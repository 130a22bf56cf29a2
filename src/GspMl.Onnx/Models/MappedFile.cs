using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace GspMl.Onnx.Models;

/// <summary>A file as memory, of which only what is looked at is read. For files that nobody else changes.</summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly int length;
    private readonly byte* start;

    /// <exception cref="IOException">The file cannot be read, or is no regular one.</exception>
    public MappedFile(string path)
    {
        var real = RegularFile.Checked(path);
        length = checked((int)new FileInfo(real).Length);
        file = MemoryMappedFile.CreateFromFile(real, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    public override Span<byte> GetSpan() => new(start, length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
