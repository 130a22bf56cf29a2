using GspMl.Threading;
using Microsoft.Win32.SafeHandles;

namespace GspMl.Onnx.Models;

/// <summary>Reads exactly as many bytes as are asked for.</summary>
internal static class ExactRead
{
    // Reading into memory that was never touched waits for the system to hand out pages; two threads do it in half the time.
    private const int Slice = 4 << 20;

    /// <exception cref="EndOfStreamException">The file ends before.</exception>
    public static void Fill(SafeFileHandle file, long offset, Span<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var read = RandomAccess.Read(file, bytes[at..], offset + at);
            if (read == 0) throw new EndOfStreamException("the file became shorter while it was read");
            at += read;
        }
    }

    /// <summary>The same for many bytes, on several threads.</summary>
    public static void Fill(SafeFileHandle file, long offset, byte[] bytes, int maxThreads = 0)
    {
        var slices = (int)(((long)bytes.Length + Slice - 1) / Slice);
        if (slices < 2) Fill(file, offset, bytes.AsSpan());
        else Threads.For(slices, maxThreads, slice =>
        {
            var start = slice * Slice;
            Fill(file, offset + start, bytes.AsSpan(start, Math.Min(Slice, bytes.Length - start)));
        });
    }
}
