using System.Runtime.InteropServices;

namespace GspMl.Onnx.Files;

/// <summary>Calls of the C library for what .NET's files do not offer. Unix only.</summary>
internal static partial class LibC
{
    public static int StatMacOS(string path, Span<byte> buffer)
        => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? Stat64(path, buffer) : Stat(path, buffer);

    public static int StatMacOS(int descriptor, Span<byte> buffer)
        => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatOpen64(descriptor, buffer) : StatOpen(descriptor, buffer);

    /// <summary>Another name for a file. 0 when done.</summary>
    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Link(string existing, string path);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int ChangeOwner(string path, uint owner, uint group);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint User();

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> buffer);

    /// <summary>Sends a signal to a process. 0 when done.</summary>
    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);

    /// <summary>Linux: has this process killed at once when the thread that started it ends.</summary>
    public static void DieWithParent()
    {
        const int parentDeathSignal = 1;
        const int kill = 9;
        _ = Control(parentDeathSignal, kill);
    }

    /// <summary>Linux: the most bytes of memory that this process can write to. 0 when done.</summary>
    public static int LimitMemory(long bytes)
    {
        const int data = 2;
        return SetLimit(data, [bytes, bytes]);
    }

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nint value);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ReadOnlySpan<long> softAndHard);

    /// <summary>Has a folder's entries written to the medium; without effect where the system does not let folders be opened.</summary>
    public static void SyncFolder(string path)
    {
        const int readOnly = 0;
        var descriptor = Open(path, readOnly);
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Stat(string path, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int StatOpen(int descriptor, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int StatOpen64(int descriptor, Span<byte> buffer);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Stat64(string path, Span<byte> buffer);
}
