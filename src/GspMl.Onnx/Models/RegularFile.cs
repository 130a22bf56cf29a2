using Microsoft.Win32.SafeHandles;

namespace GspMl.Onnx.Models;

/// <summary>
/// Opens files of content that was stored. Devices, FIFOs and sockets are never opened: that may wait for ever, or set something off.
/// They have no length, which tells them apart on every system without a look inside; an empty file holds nothing to read either.
/// </summary>
internal static class RegularFile
{
    /// <summary>Opens a file for reading; the path may lead through symbolic links.</summary>
    /// <exception cref="IOException">There is no such file, it is empty or none that holds stored bytes.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static SafeFileHandle Open(string path) => File.OpenHandle(Checked(path), options: FileOptions.SequentialScan);

    /// <summary>The same as a stream.</summary>
    /// <exception cref="IOException">As for <see cref="Open"/>.</exception>
    public static FileStream OpenStream(string path, int bufferSize = 4096)
        => new(Checked(path), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize);

    /// <summary>The file's length in bytes, more than 0.</summary>
    /// <exception cref="IOException">As for <see cref="Open"/>.</exception>
    public static long Length(string path) => new FileInfo(Checked(path)).Length;

    /// <summary>The file's real path, once it is known to be one that can be opened.</summary>
    /// <param name="path">The path; it may lead through symbolic links.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="IOException">As for <see cref="Open"/>.</exception>
    public static string Checked(string path, string name = "it")
    {
        var real = RealPath.Of(path);
        if (Directory.Exists(real)) throw new IOException($"{name} is a folder");
        // The links of /dev/stdin and of a shell's <(command) lead to names that no folder has.
        if (!File.Exists(real) && File.Exists(path))
            throw new IOException($"{name} is a pipe or a socket, which is not opened, since it is read more than once: "
                + "save it as a file first");
        return new FileInfo(real)
            .Length > 0 ? real : throw new IOException($"{name} is empty, or no regular file (a device, FIFO or socket)");
    }
}
