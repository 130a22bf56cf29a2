using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Writing;

/// <summary>
/// A file of external data: where it is read, what it is called when written (relative to the model), and the tensors in it.
/// </summary>
internal sealed record ExternalFile(string Location, string Source, string Target,
    IReadOnlyList<(TensorLocation Tensor, ExternalData Place)> Tensors)
{
    private const int BufferSize = 1 << 20;

    /// <summary>Streams the file with the edited tensors' elements in their places; memory use does not depend on its size.</summary>
    public void WriteTo(Stream target, ModelContent model)
    {
        if (!model.File.IsDataOnDisk)
        {
            WriteAnew(target, model);
            return;
        }
        using var source = Find(model, path => RegularFile.OpenStream(path, bufferSize: 0));
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
    public long Length(ModelContent model)
        => model.File.IsDataOnDisk ? Find(model, RegularFile.Length) : Tensors.Max(t => t.Place.Offset + model.Edits[t.Tensor].Length);

    /// <summary>What is asked of the file; errors name the model and the first tensor.</summary>
    private T Find<T>(ModelContent model, Func<string, T> ask)
    {
        T? found = default;
        model.Elements.Named(Tensors[0].Tensor, () => found = ask(DataFile.Find(model.File, Location)));
        return found!;
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
        var buffer = new byte[Math.Clamp(count, 0, BufferSize)];
        while (count != 0)
        {
            // A file that ends within an edited tensor has less than nothing behind it.
            var read = count < 0 ? 0 : source.Read(buffer, 0, (int)Math.Min(buffer.Length, count));
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
    public static ExternalFiles InPlace(ModelContent model)
    {
        var tensors = model.Tensors.Where(t => t.Storage == TensorStorage.External).Select(t => (Tensor: t, Place: Place(model, t)));
        return new([.. tensors.GroupBy(t => t.Place.Location)
            .Select(group => new ExternalFile(group.Key, Path.Combine(model.File.Folder, group.Key), group.Key, [.. group]))]);
    }

    /// <summary>
    /// Writes the files beside a model, under names that no file has: a model that is read while this one is written, or after a kill, must
    /// find its data as it was. The data keeps its name if it can; else it is called after the model, <c>out.onnx.data</c>, or by the first
    /// number behind that which is free.
    /// </summary>
    /// <param name="model">The model that the data is of.</param>
    /// <param name="name">The name of the model file.</param>
    /// <param name="tryWrite">Writes a file under its target name; false where that is taken.</param>
    public static ExternalFiles Write(ModelContent model, string name, Func<ExternalFile, bool> tryWrite)
        => new([.. InPlace(model).Files.Select(file => Names(file.Location, name).Select(target => file with { Target = target })
            .First(tryWrite))]);

    /// <summary>Whether a file's name is among those that the data may get when the model is written.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Where it is written, from the root.</param>
    /// <param name="other">The file, from the root.</param>
    public static bool MayBe(ModelContent model, string path, string other)
    {
        var (folder, numbered) = (Path.GetDirectoryName(path)!, $"{path}.data.");
        return other == $"{path}.data"
            || (other.StartsWith(numbered, StringComparison.Ordinal) && other[numbered.Length..].All(char.IsAsciiDigit))
            || InPlace(model).Files.Any(file => Path.GetFullPath(file.Location, folder) == other);
    }

    private static IEnumerable<string> Names(string location, string name)
    {
        yield return location;
        yield return $"{name}.data";
        for (var number = 2; ; number++) yield return $"{name}.data.{number}";
    }

    private static ExternalData Place(ModelContent model, TensorLocation tensor)
    {
        ExternalData? place = null;
        model.Elements.Named(tensor, () => place = ExternalData.Of(tensor.Proto));
        return place!;
    }
}
