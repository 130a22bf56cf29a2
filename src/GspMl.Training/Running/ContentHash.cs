using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GspMl.Onnx;
using GspMl.Onnx.Writing;
using GspMl.Training.Data;

namespace GspMl.Training.Running;

/// <summary>SHA-256 of what a run reads, as hexadecimal digits; taken bit by bit, without a copy.</summary>
internal static class ContentHash
{
    /// <summary>Of a model as it would be written: external data and values that were changed in memory included.</summary>
    /// <exception cref="OnnxModelException">External data cannot be read.</exception>
    public static string Of(OnnxModel model)
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write)) ModelWriter.WriteAll(model.Content, stream);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    /// <summary>Of rows as the model takes them.</summary>
    public static string Of(RowStore store)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var input in store.Inputs)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{input.Name}:{input.Type}[{string.Join(',', input.Shape)}]×{input.Rows.Length}\n"));
            foreach (var row in input.Rows) hash.AppendData(row);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Of rows as they are given.</summary>
    public static string Of(EvaluationData data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var input in data.Inputs)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{input.Name}:{input.Values.GetType().Name}[{string.Join(',', input.Shape)}]"
                + $"{input.IsConstant}{input.BatchAxis}[{string.Join(',', input.Lengths ?? [])}]\n"));
            hash.AppendData(Bytes(input.Values));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ReadOnlySpan<byte> Bytes(Array values) => values is Half[] halves ? MemoryMarshal.AsBytes<Half>(halves)
        : MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetArrayDataReference(values), Buffer.ByteLength(values));

    /// <summary>Of labels.</summary>
    public static string Of(IReadOnlyList<long> labels)
        => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<long>(labels.ToArray())));
}
