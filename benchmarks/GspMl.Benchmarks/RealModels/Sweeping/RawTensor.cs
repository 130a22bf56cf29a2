namespace GspMl.Benchmarks.RealModels.Sweeping;

/// <summary>A TensorProto as it lies in a file: its number type (ONNX's number), shape and little-endian elements.</summary>
internal sealed record RawTensor(string Name, int Type, long[] Shape, byte[] Elements)
{
    private const int Float16 = 10, BFloat16 = 16;

    /// <summary>Bytes of an element of a type; 0 where elements have no fixed size.</summary>
    public static int SizeOf(int type) => type switch
    {
        1 or 6 or 12 => 4,
        2 or 3 or 9 => 1,
        4 or 5 or Float16 or BFloat16 => 2,
        7 or 11 or 13 or 14 => 8,
        15 => 16,
        _ => 0,
    };

    public static RawTensor Read(ReadOnlyMemory<byte> message, string folder)
    {
        var (name, type, shape) = ("", 0, new List<long>());
        var (bytes, numbers, external) = (new List<byte[]>(), new List<ulong>(), new Dictionary<string, string>());
        foreach (var field in WireReader.Fields(message))
            switch (field.Number)
            {
                case 1: shape.AddRange(WireReader.Varints(field, !field.Bytes.IsEmpty).Select(extent => (long)extent)); break;
                case 2: type = (int)field.Value; break;
                case 4 or 9 or 10: bytes.Add(field.Bytes.ToArray()); break;
                case 5 or 7 or 11: numbers.AddRange(WireReader.Varints(field, !field.Bytes.IsEmpty)); break;
                case 8: name = field.Text; break;
                case 13: AddEntry(external, field.Bytes); break;
                default: break;
            }
        byte[] elements = external.Count > 0 ? External(external, folder)
            : numbers.Count > 0 ? [.. numbers.SelectMany(number => BitConverter.GetBytes(number)[..SizeOf(type)])]
            : [.. bytes.SelectMany(part => part)];
        return new(name, type, [.. shape], elements);
    }

    /// <summary>How many elements are zero; minus zero counts.</summary>
    public long ZeroCount()
    {
        var (size, zeros) = (SizeOf(Type), 0L);
        for (var at = 0; at < Elements.Length; at += size)
        {
            var element = Elements.AsSpan(at, size);
            var isFloat = Type is 1 or 11 or Float16 or BFloat16;
            if (!element[..^1].ContainsAnyExcept((byte)0) && (element[^1] & (isFloat ? 127 : 255)) == 0) zeros++;
        }
        return zeros;
    }

    private static void AddEntry(Dictionary<string, string> entries, ReadOnlyMemory<byte> entry)
    {
        var texts = WireReader.Fields(entry).ToDictionary(field => field.Number, field => field.Text);
        entries[texts[1]] = texts.GetValueOrDefault(2, "");
    }

    private static byte[] External(Dictionary<string, string> place, string folder)
    {
        using var file = File.OpenRead(Path.Combine(folder, place["location"]));
        file.Position = long.Parse(place.GetValueOrDefault("offset", "0"));
        var bytes = new byte[place.TryGetValue("length", out var length) ? int.Parse(length) : (int)(file.Length - file.Position)];
        file.ReadExactly(bytes);
        return bytes;
    }
}
