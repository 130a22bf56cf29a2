using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Writing;

/// <summary>A file of external data: where it is read, what it is called when written (relative to the model), and the tensors in it.</summary>
internal sealed record ExternalFile(string Location, string Source, string Target, IReadOnlyList<(TensorLocation Tensor, ExternalData Place)> Tensors)
{
    private const int BufferSize = 1 << 20;

    /// <summary>Streams the file with the edited tensors' elements in their places; memory use does not depend on its size.</summary>
    public void WriteTo(Stream target, ModelContent model)
    {
        if (!model.File.IsOnDisk)
        {
            WriteAnew(target, model);
            return;
        }
        using var source = RegularFile.OpenStream(Find(model), bufferSize: 0);
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

    /// <summary>The file's length in bytes, as written.</summary>
    public long Length(ModelContent model) => model.File.IsOnDisk ? RegularFile.Length(Find(model)) : Tensors.Max(t => t.Place.Offset + model.Edits[t.Tensor].Length);

    private string Find(ModelContent model)
    {
        var found = "";
        model.Elements.Named(Tensors[0].Tensor, () => found = DataFile.Find(model.File, Location));
        return found;
    }

    /// <summary>Every tensor at its new place: all of them are edits then.</summary>
    private void WriteAnew(Stream target, ModelContent model)
    {
        var position = 0L;
        foreach (var (tensor, place) in Tensors.OrderBy(t => t.Place.Offset))
        {
            target.Write(new byte[place.Offset - position]);
            model.Edits[tensor].WriteTo(target);
            position = place.Offset + model.Edits[tensor].Length;
        }
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
    public static ExternalFiles InPlace(ModelContent model) => Of(model, location => location);

    /// <summary>
    /// Names for a model written to <paramref name="path"/>. The data keeps its name, unless a file of that name is there
    /// already that is not the replaced model's alone: then it is called after the target, <c>out.onnx.data</c>, or by the first
    /// number behind that which is free.
    /// </summary>
    /// <exception cref="OnnxModelException">The target is itself data of the model.</exception>
    public static ExternalFiles For(ModelContent model, string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        // The source stays as it is, unless it is the target: its data beside the target is never replaced.
        HashSet<string> taken = [name];
        if (folder == model.File.Folder && model.File.FullPath != path) taken.UnionWith(InPlace(model).Files.Select(file => file.Location));
        if (InPlace(model).Files.Any(file => Path.GetFullPath(file.Source) == path)) throw new OnnxModelException($"{path} is external data of {model.Path}; the model cannot be written there.");
        return Of(model, location => Names(location, name).First(candidate => IsFree(path, candidate) && taken.Add(candidate)));
    }

    private static IEnumerable<string> Names(string location, string name)
    {
        yield return location;
        yield return $"{name}.data";
        for (var number = 2; ; number++) yield return $"{name}.data.{number}";
    }

    private static bool IsFree(string path, string location) => !File.Exists(Path.Combine(Path.GetDirectoryName(path)!, location)) || DataOwner.IsOnly(path, location);

    private static ExternalFiles Of(ModelContent model, Func<string, string> rename)
    {
        var files = new List<ExternalFile>();
        var tensors = model.Tensors.Where(t => t.Storage == TensorStorage.External).Select(t => (Tensor: t, Place: Place(model, t)));
        foreach (var group in tensors.GroupBy(t => t.Place.Location))
            files.Add(new(group.Key, Path.Combine(model.File.Folder, group.Key), rename(group.Key), [.. group]));
        return new(files);
    }

    private static ExternalData Place(ModelContent model, TensorLocation tensor)
    {
        ExternalData? place = null;
        model.Elements.Named(tensor, () => place = ExternalData.Of(tensor.Proto));
        return place!;
    }
}
