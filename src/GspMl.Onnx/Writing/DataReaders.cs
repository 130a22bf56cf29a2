using System.Text;
using GspMl.Onnx.Files;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>
/// The models that may read a file of external data: every .onnx file of its folder and of the folders above, from where a model reaches
/// down to it. A file of external data is removed only where none of them names it, and it is a regular file that no symbolic link leads to
/// or from. Data that was there before a run, of a model that it replaced, is kept too where one of them cannot be read and might name it:
/// one beside the target, or one above whose bytes hold the name of the folder on the way down.
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

    private DataReaders(IEnumerable<NearModel> models)
    {
        foreach (var model in models) Add(model);
    }

    /// <summary>The models around a target, and the target, whatever its ending.</summary>
    public static DataReaders Around(string target) => new(Others(target).Prepend(new(target, null)));

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

    private void Add(NearModel model)
    {
        if (FileStatus.Of(model.Path) is not { Kind: FileKind.Regular }) return;
        if (Locations(model.Path) is not { } locations)
        {
            isComplete &= !MayReachDown(model);
            return;
        }
        try { named.UnionWith(locations.Select(location => RealPath.Of(Path.Combine(Path.GetDirectoryName(model.Path)!, location)))); }
        catch (IOException) { isComplete = false; } // links in a circle
    }

    private static IEnumerable<NearModel> Others(string target)
    {
        var real = RealPath.Of(target);
        return Near(target).Union(Near(real)).Where(model => !IsAt(model.Path, real));
    }

    /// <summary>A link that leads to itself leads nowhere.</summary>
    private static bool IsAt(string path, string real)
    {
        try { return RealPath.Of(path) == real; }
        catch (IOException) { return false; }
    }

    private static IEnumerable<NearModel> Near(string target)
    {
        string? way = null;
        for (var folder = Directory.GetParent(target); folder is not null; (way, folder) = (folder.Name, folder.Parent))
            foreach (var model in ModelsIn(folder.FullName)) yield return new(model, way);
    }

    /// <summary>None where the folder cannot be listed.</summary>
    private static string[] ModelsIn(string folder)
    {
        try { return Directory.GetFiles(folder, "*.onnx", AnyCase); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return []; }
    }

    /// <summary>
    /// Whether a file that is no whole model may name data beside the target, so that the model it was, or is to be, needs that: what lies
    /// in a folder above for other reasons, damaged or half written, keeps nothing.
    /// </summary>
    private static bool MayReachDown(NearModel model)
    {
        if (model.Way is not { } way || !OperatingSystem.IsLinux()) return true; // other systems know a folder by several spellings
        try
        {
            if (new FileInfo(model.Path).Length == 0) return false; // nothing can be mapped
            using IDisposable mapped = new MappedFile(model.Path);
            return ((MappedFile)mapped).GetSpan().IndexOf(Encoding.UTF8.GetBytes(way)) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OverflowException) { return true; }
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
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentException
            or OverflowException or Google.Protobuf.InvalidProtocolBufferException)
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

    /// <summary>A model from which the target's folder can be reached.</summary>
    /// <param name="Path">Where it is.</param>
    /// <param name="Way">The folder beside it that leads down to the target; null where the target lies beside it.</param>
    private sealed record NearModel(string Path, string? Way);
}
