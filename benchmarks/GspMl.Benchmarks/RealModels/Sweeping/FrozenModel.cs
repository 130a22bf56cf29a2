namespace GspMl.Benchmarks.RealModels.Sweeping;

/// <summary>
/// A model whose inputs but the first became constants with the values of its samples. ONNX's tests of single operators take weights as
/// inputs; so they have some to prune.
/// </summary>
internal static class FrozenModel
{
    private const int Name = 1, IrVersion = 1, Graph = 7, Initializer = 5, Input = 11, TensorName = 8;
    private const int TypeOfInput = 2, TensorType = 1;

    /// <returns>Whether there is anything to freeze: further inputs, all of them tensors with samples.</returns>
    public static bool Write(string path, string samples, string target)
    {
        var fields = WireReader.Fields(File.ReadAllBytes(path)).ToList();
        var graph = WireReader.Fields(fields.Single(field => field.Number == Graph).Bytes).ToList();
        var inputs = graph.Where(field => field.Number == Input).ToList();
        var tensors = inputs.Skip(1).Select((input, i) => Tensor(input, Path.Combine(samples, $"input_{i + 1}.pb"))).ToList();
        // Before IR version 4 every constant is an input too.
        if (tensors.Count == 0 || tensors.Contains(null) || fields.Single(field => field.Number == IrVersion).Value < 4) return false;
        using var body = new MemoryStream();
        foreach (var field in graph.Where(field => field.Number != Input)) body.Write(field.Whole.Span);
        body.Write(inputs[0].Whole.Span);
        foreach (var tensor in tensors) Write(body, Initializer, tensor!);
        using var file = File.Create(target);
        foreach (var field in fields.Where(field => field.Number != Graph)) file.Write(field.Whole.Span);
        Write(file, Graph, body.ToArray());
        return true;
    }

    /// <summary>A sample under its input's name; null where there is none, or it is no tensor.</summary>
    private static byte[]? Tensor(WireField input, string sample)
    {
        var about = WireReader.Fields(input.Bytes).ToList();
        var type = WireReader.Fields(about.Single(field => field.Number == TypeOfInput).Bytes).First();
        if (type.Number != TensorType || !File.Exists(sample)) return null;
        var fields = WireReader.Fields(File.ReadAllBytes(sample)).ToList();
        var name = about.Single(field => field.Number == Name).Bytes;
        using var tensor = new MemoryStream();
        foreach (var field in fields.Where(field => field.Number != TensorName)) tensor.Write(field.Whole.Span);
        Write(tensor, TensorName, name.Span);
        return tensor.ToArray();
    }

    private static void Write(Stream stream, int field, ReadOnlySpan<byte> bytes)
    {
        WriteVarint(stream, (uint)((field << 3) | 2));
        WriteVarint(stream, (uint)bytes.Length);
        stream.Write(bytes);
    }

    private static void WriteVarint(Stream stream, uint value)
    {
        for (; value > 127; value >>= 7) stream.WriteByte((byte)(value | 128));
        stream.WriteByte((byte)value);
    }
}
