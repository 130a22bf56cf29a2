using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Models;

/// <summary>A model file as it was read: its bytes, where its messages lie, and the parsed model without the large data.</summary>
internal sealed class ModelFile
{
    // Shape constants and other small data stay in the parsed model, where the search for weights reads them.
    private const int SmallData = 1024;

    private ModelFile(string path, ReadOnlyMemory<byte> bytes, WireMessage root, ModelProto model)
        => (Path, FullPath, Bytes, Root, Model) = (path, System.IO.Path.GetFullPath(path), bytes, root, model);

    public string Path { get; }

    public ReadOnlyMemory<byte> Bytes { get; }

    public WireMessage Root { get; }

    public ModelProto Model { get; }

    /// <summary>Where the file is, whatever folder the process goes to later.</summary>
    public string FullPath { get; private init; }

    public string Folder => System.IO.Path.GetDirectoryName(FullPath)!;

    /// <summary>Whether the bytes are those on disk; else they were made in memory.</summary>
    public bool IsOnDisk { get; private init; } = true;

    /// <summary>Whether the external data that the bytes tell of is that on disk; else it was made in memory.</summary>
    public bool IsDataOnDisk { get; private init; } = true;

    /// <exception cref="OnnxModelException">The file cannot be read or is no ONNX model.</exception>
    public static ModelFile Read(string path)
    {
        byte[] bytes;
        try { bytes = ReadBytes(path); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || (e is ArgumentException && path is not null))
        {
            throw new OnnxModelException($"{path}: {e.Message}", e);
        }
        return Parse(path, bytes);
    }

    /// <summary>A model made in memory of one that was read from a file.</summary>
    public static ModelFile Changed(ModelFile source, byte[] bytes) => Made(source, bytes, isDataOnDisk: false);

    /// <summary>The same model written otherwise in memory: its external data stays where it is.</summary>
    public static ModelFile Rewritten(ModelFile source, byte[] bytes) => Made(source, bytes, source.IsDataOnDisk);

    private static ModelFile Made(ModelFile source, byte[] bytes, bool isDataOnDisk)
    {
        var file = Parse(source.Path, bytes);
        return new(source.Path, bytes, file.Root, file.Model)
        {
            IsOnDisk = false,
            IsDataOnDisk = isDataOnDisk,
            FullPath = source.FullPath,
        };
    }

    /// <summary>A model that is no file.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="bytes">Its bytes; they are kept and must not change.</param>
    /// <exception cref="OnnxModelException">The bytes are no ONNX model.</exception>
    public static ModelFile InMemory(string name, ReadOnlyMemory<byte> bytes)
    {
        var file = Parse(name, bytes);
        return new(name, bytes, file.Root, file.Model) { IsOnDisk = false, IsDataOnDisk = false };
    }

    /// <exception cref="OnnxModelException">The bytes are no ONNX model.</exception>
    public static ModelFile Parse(string path, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var root = WireMessage.Scan(bytes.Span);
            var model = ModelProto.Parser.ParseFrom(WithoutLargeData(bytes, root));
            if (model.Graph is null) throw new InvalidDataException("it holds no graph");
            return new(path, bytes, root, model);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            throw new OnnxModelException(
                StandIn.Of(bytes.Span) is { } other ? $"{path} {other}." : $"{path} is no ONNX model: {e.Message}", e);
        }
    }

    private static byte[] ReadBytes(string path)
    {
        using var file = RegularFile.Open(path);
        var length = RandomAccess.GetLength(file);
        if (length > Array.MaxLength) throw new IOException($"the file has {length} bytes; an ONNX model can have 2 GB at most");
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        ExactRead.Fill(file, 0, bytes);
        return bytes;
    }

    /// <summary>The bytes without the raw data of some tensors.</summary>
    public ReadOnlyMemory<byte> Without(IReadOnlyCollection<TensorLocation> tensors)
        => tensors.Count == 0 ? Bytes : Without(Bytes, tensors.Select(tensor => tensor.Wire));

    private static byte[] WithoutLargeData(ReadOnlyMemory<byte> bytes, WireMessage root)
        => Without(bytes, Tensors(root).Where(tensor => tensor.RawData is { } raw && raw.End - raw.BodyStart > SmallData));

    private static byte[] Without(ReadOnlyMemory<byte> bytes, IEnumerable<WireMessage> tensors)
    {
        var splice = new WireSplice(bytes);
        foreach (var tensor in tensors)
            if (tensor.RawData is { } raw) splice.Remove(tensor, raw);
        return splice.ToArray();
    }

    private static IEnumerable<WireMessage> Tensors(WireMessage message)
        => message.Kind == MessageKind.Tensor ? [message] : message.Children.SelectMany(Tensors);

    /// <summary>The bytes of a tensor's elements, one after the other: in place for raw data, else from the typed fields.</summary>
    /// <exception cref="InvalidDataException">The data's length does not fit the shape.</exception>
    public ReadOnlyMemory<byte> Elements(TensorLocation tensor)
    {
        var bytes = tensor.Wire.RawData is { } raw ? Bytes[raw.BodyStart..raw.End] : TypedElements(tensor.Proto);
        if (bytes.Length != tensor.ByteCount)
            throw new InvalidDataException($"it holds {bytes.Length} bytes where its shape [{string.Join(',', tensor.Shape)}] asks for "
                + $"{tensor.ByteCount}");
        return bytes;
    }

    /// <summary>The bytes of a whole message's elements.</summary>
    /// <exception cref="InvalidDataException">Its type is not read.</exception>
    public static ReadOnlyMemory<byte> ElementsOf(TensorProto tensor)
        => tensor.RawData.IsEmpty ? TypedElements(tensor) : tensor.RawData.Memory;

    private static byte[] TypedElements(TensorProto tensor) => (TensorElementType)tensor.DataType switch
    {
        TensorElementType.Float32 => MemoryMarshal.AsBytes<float>(tensor.FloatData.ToArray()).ToArray(),
        TensorElementType.Float64 => MemoryMarshal.AsBytes<double>(tensor.DoubleData.ToArray()).ToArray(),
        // Half-precision bit patterns are stored in the lower 16 bits of int32_data.
        TensorElementType.Float16 or TensorElementType.BFloat16
            => MemoryMarshal.AsBytes<ushort>([.. tensor.Int32Data.Select(v => (ushort)v)]).ToArray(),
        TensorElementType.Int8 or TensorElementType.UInt8 => [.. tensor.Int32Data.Select(v => (byte)v)],
        var other => throw new InvalidDataException($"element type {other} is not read"),
    };
}
