using System.IO.Compression;
using GspMl.Onnx.Models;

namespace GspMl.Cli.Shell;

/// <summary>Opens files of data that a command is given.</summary>
internal static class InputFile
{
    /// <summary>The file's bytes, unzipped where its name ends in .gz.</summary>
    /// <exception cref="CommandException">There is no such file, or it is empty, a folder, a device, a FIFO or a socket, none of which is
    /// opened, or it stands for another file.</exception>
    public static Stream Open(string path)
    {
        if (!Path.Exists(path)) throw CommandException.Input($"{path}: no such file.");
        try
        {
            var file = RegularFile.OpenStream(path);
            if (StandIn.Of(file) is { } other)
            {
                file.Dispose();
                throw CommandException.Input($"{path} {other}.");
            }
            return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Input($"{path}: {e.Message}.");
        }
    }
}
