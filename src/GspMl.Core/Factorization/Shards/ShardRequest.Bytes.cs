using System.Runtime.InteropServices;

namespace GspMl.Factorization;

/// <summary>Requests as bytes, for whatever carries or keeps them.</summary>
public abstract partial record ShardRequest<T>
{
    private const int Fixed = 9 * sizeof(long);

    /// <summary>The request in bytes, little-endian: its basis and less than 100 bytes.</summary>
    public byte[] ToBytes()
    {
        var basis = BasisOrNone;
        var writer = new MessageWriter(Fixed + MessageWriter.SizeOf(basis))
            .Number((long)Tag).Number((long)Marshal.SizeOf<T>()).Number((long)Number);
        return (this switch
        {
            Begin b => writer.Number((long)b.Rank).Number(b.FirstRow).Number((long)b.Seed).Number((long)b.Halvings)
                .Number((long)b.Algorithm).Number((long)b.InnerSteps),
            Scale s => Padded(writer.Number(s.Factor), 5),
            Fit s => Padded(writer.Number((long)s.Verdict).Number(s.Ahead ?? double.NaN), 4),
            Resolve r => Padded(writer.Number((long)r.Verdict).Number(r.Ahead), 4),
            Finish f => Padded(writer.Number((long)f.Verdict), 5),
            _ => Padded(writer, 6),
        }).Array(basis).Bytes;
    }

    /// <summary>The request that <see cref="ToBytes"/> made bytes of; its basis is a view of them.</summary>
    /// <exception cref="InvalidDataException">The bytes are no request, or one in another type of number.</exception>
    public static ShardRequest<T> FromBytes(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessageReader(bytes);
        var (tag, size, number) = ((Kind)reader.Number(), reader.Number(), checked((int)reader.Number()));
        if (size != Marshal.SizeOf<T>())
            throw new InvalidDataException($"A request is in numbers of {size} bytes, not of {typeof(T).Name}.");
        var fields = new long[6];
        for (var i = 0; i < fields.Length; i++) fields[i] = reader.Number();
        var basis = reader.Array<T>();
        reader.End();
        return Read(tag, fields, basis) with { Number = number };
    }

    private enum Kind
    {
        Open,
        Begin,
        Scale,
        Fit,
        Resolve,
        Finish,
    }

    private Kind Tag => this switch
    {
        Begin => Kind.Begin,
        Scale => Kind.Scale,
        Fit => Kind.Fit,
        Resolve => Kind.Resolve,
        Finish => Kind.Finish,
        _ => Kind.Open,
    };

    private ReadOnlyMemory<T> BasisOrNone => this switch
    {
        Begin begin => begin.Basis,
        Fit fit => fit.Basis,
        Finish finish => finish.Basis,
        _ => default,
    };

    private static ShardRequest<T> Read(Kind kind, long[] f, ReadOnlyMemory<T> basis) => kind switch
    {
        Kind.Open => new Open(),
        Kind.Begin => new Begin
        {
            Basis = basis,
            Rank = (int)f[0],
            FirstRow = f[1],
            Seed = (int)f[2],
            Halvings = (int)f[3],
            Algorithm = (NmfAlgorithm)f[4],
            InnerSteps = (int)f[5],
        },
        Kind.Scale => new Scale { Factor = Real(f[0]) },
        Kind.Fit => new Fit { Verdict = (ShardVerdict)f[0], Ahead = double.IsNaN(Real(f[1])) ? null : Real(f[1]), Basis = basis },
        Kind.Resolve => new Resolve { Verdict = (ShardVerdict)f[0], Ahead = Real(f[1]) },
        Kind.Finish => new Finish { Verdict = (ShardVerdict)f[0], Basis = basis },
        _ => throw new InvalidDataException($"A request is of kind {kind}, which there is not."),
    };

    private static double Real(long field) => BitConverter.Int64BitsToDouble(field);

    private static MessageWriter Padded(MessageWriter writer, int fields)
    {
        for (var i = 0; i < fields; i++) writer.Number(0L);
        return writer;
    }
}
