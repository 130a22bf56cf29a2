using GspMl.Onnx.Models;

namespace GspMl.Onnx.Writing;

/// <summary>A file of external data: where it is read, what it is called when written (relative to the model), and the tensors in it.</summary>
internal sealed record ExternalFile(string Location, string Source, string Target, IReadOnlyList<(TensorLocation Tensor, ExternalData Place)> Tensors)
{
    private const int BufferSize = 1 << 20;

    /// <summary>Streams the file with the edited tensors' elements in their places; memory use does not depend on its size.</summary>
    public void WriteTo(Stream target, OnnxModel model)
    {
        using var source = new FileStream(Source, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        foreach (var (tensor, place) in Tensors.OrderBy(t => t.Place.Offset))
        {
            // Tensors may share their bytes; what the first of them became holds for all.
            if (!model.Edits.Contains(tensor) || place.Offset < source.Position) continue;
            Copy(source, target, place.Offset - source.Position);
            model.Edits[tensor].WriteTo(target);
            source.Position += tensor.ByteCount;
        }
        Copy(source, target, source.Length - source.Position);
    }

    private static void Copy(FileStream source, Stream target, long count)
    {
        var buffer = new byte[Math.Min(BufferSize, count)];
        while (count > 0)
        {
            var read = source.Read(buffer, 0, (int)Math.Min(buffer.Length, count));
            if (read == 0) throw new EndOfStreamException($"{source.Name} became shorter while it was read");
            target.Write(buffer, 0, read);
            count -= read;
        }
    }
}

/// <summary>The external data of a model and where it goes.</summary>
internal sealed class ExternalFiles
{
    private ExternalFiles(IReadOnlyList<ExternalFile> files) => Files = files;

    public IReadOnlyList<ExternalFile> Files { get; }

    /// <summary>Tensors whose data gets another name.</summary>
    public IEnumerable<(TensorLocation Tensor, string Location)> Moved
        => Files.Where(file => file.Target != file.Location).SelectMany(file => file.Tensors, (file, t) => (t.Tensor, file.Target));

    /// <summary>The files as they are, under their own names.</summary>
    public static ExternalFiles InPlace(OnnxModel model) => Of(model, location => location);

    /// <summary>
    /// Names for a model written to <paramref name="path"/>. The data keeps its name, unless a file of that name is there
    /// already that is not the replaced model's alone: then it is called after the target, <c>out.onnx.data</c>.
    /// </summary>
    public static ExternalFiles For(OnnxModel model, string path)
    {
        if (Path.GetFullPath(model.Path) == path) return InPlace(model);
        var folder = Path.GetDirectoryName(path)!;
        var renamed = 0;
        return Of(model, location =>
            File.Exists(Path.Combine(folder, location)) && (folder == model.File.Folder || !DataOwner.IsOnly(path, location))
                ? $"{Path.GetFileName(path)}.data{(renamed++ == 0 ? "" : $".{renamed}")}"
                : location);
    }

    private static ExternalFiles Of(OnnxModel model, Func<string, string> rename)
    {
        var files = new List<ExternalFile>();
        var tensors = model.Tensors.Where(t => t.Storage == TensorStorage.External).Select(t => (Tensor: t, Place: ExternalData.Of(t.Proto)));
        foreach (var group in tensors.GroupBy(t => t.Place.Location))
            files.Add(new(group.Key, Path.Combine(model.File.Folder, group.Key), rename(group.Key), [.. group]));
        return new(files);
    }
}
