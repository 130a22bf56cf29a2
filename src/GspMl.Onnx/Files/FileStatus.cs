using System.Buffers.Binary;

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
internal sealed record FileStatus(FileKind Kind, UnixFileMode? Mode, uint Owner, uint Group, uint Links)
{
    private const int TypeMask = 0xF000;
    private const int ModeMask = 0xFFF;

    /// <summary>The status of what stands at a path; null where nothing does.</summary>
    public static FileStatus? Of(string path)
    {
        if (OperatingSystem.IsLinux()) return OfLinux(path);
        if (OperatingSystem.IsMacOS()) return OfMacOS(path);
        return Directory.Exists(path) ? Plain(FileKind.Folder) : File.Exists(path) ? Plain(FileKind.Regular) : null;
    }

    /// <summary>struct statx is the same on every processor: stx_nlink at byte 16, stx_uid 20, stx_gid 24, stx_mode 28.</summary>
    private static FileStatus? OfLinux(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        const int currentFolder = -100, basicStatistics = 0x7FF;
        if (LibC.Statx(currentFolder, path, 0, basicStatistics, buffer) != 0) return null;
        return Of(BinaryPrimitives.ReadUInt16LittleEndian(buffer[28..]), Number(buffer[20..]), Number(buffer[24..]), Number(buffer[16..]));
    }

    /// <summary>struct stat with 64-bit inodes: st_mode at byte 4, st_nlink 6 (two bytes each), st_uid 16, st_gid 20.</summary>
    private static FileStatus? OfMacOS(string path)
    {
        Span<byte> buffer = stackalloc byte[256];
        if (LibC.StatMacOS(path, buffer) != 0) return null;
        return Of(BinaryPrimitives.ReadUInt16LittleEndian(buffer[4..]), Number(buffer[16..]), Number(buffer[20..]),
            BinaryPrimitives.ReadUInt16LittleEndian(buffer[6..]));
    }

    private static FileStatus Of(int mode, uint owner, uint group, uint links) => new(
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
        (UnixFileMode)(mode & ModeMask), owner, group, links);

    private static FileStatus Plain(FileKind kind) => new(kind, null, 0, 0, 1);

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
