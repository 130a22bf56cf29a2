using System.Runtime.InteropServices;

namespace GspMl.Factorization;

/// <summary>Answers as bytes, for whatever carries or keeps them.</summary>
public sealed partial record ShardSums<T>
{
    private const int Fixed = 8 * sizeof(long);

    /// <summary>The answer in bytes, little-endian: its arrays and about 100 bytes.</summary>
    public byte[] ToBytes()
    {
        var size = Fixed + MessageWriter.SizeOf(FittedGram) + MessageWriter.SizeOf(ColumnSums) + MessageWriter.SizeOf(ColumnSquares)
            + MessageWriter.SizeOf(Gram) + MessageWriter.SizeOf(Product);
        return new MessageWriter(size)
            .Number((long)Marshal.SizeOf<T>()).Number((long)Features).Number(Samples).Number(StoredValues)
            .Number(Total).Number(SquaredNorm).Number(Alignment).Number(Residual)
            .Array(FittedGram).Array(ColumnSums).Array(ColumnSquares).Array(Gram).Array(Product).Bytes;
    }

    /// <summary>The answer that <see cref="ToBytes"/> made bytes of; its arrays are views of them.</summary>
    /// <exception cref="InvalidDataException">The bytes are no answer, or one in another type of number.</exception>
    public static ShardSums<T> FromBytes(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessageReader(bytes);
        var size = reader.Number();
        if (size != Marshal.SizeOf<T>())
            throw new InvalidDataException($"An answer is in numbers of {size} bytes, not of {typeof(T).Name}.");
        var sums = new ShardSums<T>
        {
            Features = checked((int)reader.Number()),
            Samples = reader.Number(),
            StoredValues = reader.Number(),
            Total = reader.Double(),
            SquaredNorm = reader.Double(),
            Alignment = reader.Double(),
            Residual = reader.Double(),
            FittedGram = reader.Array<double>(),
            ColumnSums = reader.Array<double>(),
            ColumnSquares = reader.Array<double>(),
            Gram = reader.Array<double>(),
            Product = reader.Array<T>(),
        };
        reader.End();
        return sums;
    }
}
