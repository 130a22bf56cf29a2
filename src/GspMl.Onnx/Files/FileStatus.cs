using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace GspMl.Onnx.Files;

/// <summary>What kind of thing a name in the file system stands for.</summary>
internal enum FileKind
{
    Regular,
    Folder,
    CharacterDevice,
    BlockDevice,
    Pipe,
    Socket,
    Other,
}

/// <summary>What is known of a file without opening it. Symbolic links are followed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">Who may do what; null on Windows.</param>
/// <param name="Owner">The user's number; 0 on Windows.</param>
/// <param name="Group">The group's number; 0 on Windows.</param>
/// <param name="Links">How many names it has; 1 where that is not known.</param>
/// <param name="Inode">What tells it from the other files of its folder, whatever their names; 0 where that is not known.</param>
internal sealed record FileStatus(FileKind Kind, UnixFileMode? Mode, uint Owner, uint Group, uint Links, ulong Inode)
{
    private const int TypeMask = 0xF000;
    private const int ModeMask = 0xFFF;

    // Of statx: the folder that one is in, all that is commonly asked, and a descriptor in place of a path.
    private const int CurrentFolder = -100;
    private const int BasicStatistics = 0x7FF;
    private const int EmptyPath = 0x1000;

    /// <summary>The status of what stands at a path; null where nothing does.</summary>
    public static FileStatus? Of(string path)
    {
        if (OperatingSystem.IsLinux()) return OfLinux(path);
        if (OperatingSystem.IsMacOS()) return OfMacOS(path);
        return Directory.Exists(path) ? Plain(FileKind.Folder) : File.Exists(path) ? Plain(FileKind.Regular) : null;
    }

    /// <summary>Whether what stands at a path is a file that is open. On Windows no file that is open goes.</summary>
    public static bool IsAt(string path, SafeFileHandle open)
        => OperatingSystem.IsWindows() ? File.Exists(path) : Of(path) is { } there && there.Inode == InodeOf(open);

    private static ulong InodeOf(SafeFileHandle open)
    {
        var descriptor = open.DangerousGetHandle().ToInt32();
        Span<byte> buffer = stackalloc byte[256];
        if (OperatingSystem.IsLinux())
            return LibC.Statx(descriptor, "", EmptyPath, BasicStatistics, buffer) == 0 ? LinuxInode(buffer) : 0;
        return LibC.StatMacOS(descriptor, buffer) == 0 ? MacOSInode(buffer) : 0;
    }

    /// <summary>
    /// struct statx is the same on every processor: stx_nlink at byte 16, stx_uid 20, stx_gid 24, stx_mode 28, stx_ino 32.
    /// </summary>
    private static FileStatus? OfLinux(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        if (LibC.Statx(CurrentFolder, path, 0, BasicStatistics, buffer) != 0) return null;
        return Of(BinaryPrimitives.ReadUInt16LittleEndian(buffer[28..]), Number(buffer[20..]), Number(buffer[24..]), Number(buffer[16..]),
            LinuxInode(buffer));
    }

    /// <summary>
    /// struct stat with 64-bit inodes: st_mode at byte 4, st_nlink 6 (two bytes each), st_ino 8, st_uid 16, st_gid 20.
    /// </summary>
    private static FileStatus? OfMacOS(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        if (LibC.StatMacOS(path, buffer) != 0) return null;
        return Of(BinaryPrimitives.ReadUInt16LittleEndian(buffer[4..]), Number(buffer[16..]), Number(buffer[20..]),
            BinaryPrimitives.ReadUInt16LittleEndian(buffer[6..]), MacOSInode(buffer));
    }

    private static ulong LinuxInode(ReadOnlySpan<byte> statx) => BinaryPrimitives.ReadUInt64LittleEndian(statx[32..]);

    private static ulong MacOSInode(ReadOnlySpan<byte> stat) => BinaryPrimitives.ReadUInt64LittleEndian(stat[8..]);

    private static FileStatus Of(int mode, uint owner, uint group, uint links, ulong inode) => new(
        (mode & TypeMask) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0x2000 => FileKind.CharacterDevice,
            0x6000 => FileKind.BlockDevice,
            0x1000 => FileKind.Pipe,
            0xC000 => FileKind.Socket,
            _ => FileKind.Other,
        },
        (UnixFileMode)(mode & ModeMask), owner, group, links, inode);

    private static FileStatus Plain(FileKind kind) => new(kind, null, 0, 0, 1, 0);

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
