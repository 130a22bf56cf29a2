using GspMl.Onnx.Files;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>
/// The models that may read a file of external data: every .onnx file of its folder and of the folders above, from where a model reaches
/// down to it. A file of external data is removed only where none of them names it, and it is a regular file that no symbolic link leads to
/// or from. Data that was there before a run, of a model that it replaced, is kept too where one of them cannot be read: it might name it.
/// </summary>
internal sealed class DataReaders
{
    private static readonly EnumerationOptions AnyCase = new()
    {
        MatchCasing = MatchCasing.CaseInsensitive,
        AttributesToSkip = FileAttributes.None,
    };

    private readonly HashSet<string> named = new(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
    private bool isComplete = true;

    private DataReaders(IEnumerable<string> models)
    {
        foreach (var model in models) Add(model);
    }

    /// <summary>The models around a target, and the target, whatever its ending.</summary>
    public static DataReaders Around(string target) => new([target, .. Others(target)]);

    /// <summary>Data beside a model that it alone reads.</summary>
    public static IEnumerable<string> OnlyOf(string target)
    {
        if (Locations(target) is not { Count: > 0 } own) return [];
        var (folder, others) = (Path.GetDirectoryName(target)!, new DataReaders(Others(target)));
        return own.Where(location => IsPlain(folder, location) && others.isComplete && !others.Names(Path.Combine(folder, location)));
    }

    /// <summary>Of the files that a run has noted, those that nothing reads.</summary>
    public static IEnumerable<string> Unread(WriteLock run)
    {
        var readers = Around(run.Target);
        return run.Files.Where(file => IsPlain(run.Folder, file.Location) && (file.IsNew || readers.isComplete)
            && !readers.Names(Path.Combine(run.Folder, file.Location)))
            .Select(file => file.Location);
    }

    /// <summary>Whether one of the models is known to read a file.</summary>
    public bool Names(string path) => named.Contains(RealPath.Of(path));

    private void Add(string model)
    {
        if (FileStatus.Of(model) is not { Kind: FileKind.Regular }) return;
        if (Locations(model) is not { } locations)
        {
            isComplete = false;
            return;
        }
        try { named.UnionWith(locations.Select(location => RealPath.Of(Path.Combine(Path.GetDirectoryName(model)!, location)))); }
        catch (IOException) { isComplete = false; } // links in a circle
    }

    private static IEnumerable<string> Others(string target)
    {
        var real = RealPath.Of(target);
        return FoldersAbove(target).Union(FoldersAbove(real)).SelectMany(ModelsIn).Where(model => RealPath.Of(model) != real);
    }

    private static IEnumerable<string> FoldersAbove(string path)
    {
        for (var folder = Directory.GetParent(path); folder is not null; folder = folder.Parent) yield return folder.FullName;
    }

    /// <summary>None where the folder cannot be listed.</summary>
    private static string[] ModelsIn(string folder)
    {
        try { return Directory.GetFiles(folder, "*.onnx", AnyCase); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return []; }
    }

    /// <summary>Null where the file cannot be read or is no model.</summary>
    private static HashSet<string>? Locations(string model)
    {
        try
        {
            using IDisposable mapped = new MappedFile(model);
            var bytes = ((MappedFile)mapped).Memory;
            return Locations(WireMessage.Scan(bytes.Span), bytes).ToHashSet();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException or OverflowException
            or Google.Protobuf.InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Locations(WireMessage message, ReadOnlyMemory<byte> bytes)
    {
        if (message.Kind != MessageKind.Tensor) return message.Children.SelectMany(child => Locations(child, bytes));
        return message.Fields(bytes.Span).Where(field => field.Number == OnnxField.TensorExternalData)
            .Select(field => StringStringEntryProto.Parser.ParseFrom(bytes.Span[field.BodyStart..field.End]))
            .Where(entry => entry.Key == "location").Select(entry => ExternalData.Normalized(entry.Value));
    }

    /// <summary>Whether a regular file lies there, in the folder itself or deeper, with no link on the way.</summary>
    private static bool IsPlain(string folder, string location)
    {
        if (location.Contains('\0') || Path.IsPathRooted(location) || location.Split('/', '\\').Contains("..")) return false;
        for (var path = Path.Combine(folder, location); path.Length > folder.Length; path = Path.GetDirectoryName(path)!)
            if (new FileInfo(path).LinkTarget is not null) return false;
        return FileStatus.Of(Path.Combine(folder, location)) is { Kind: FileKind.Regular };
    }
}
