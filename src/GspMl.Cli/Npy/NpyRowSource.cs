using System.Numerics;
using System.Runtime.InteropServices;
using GspMl.Cli.Shell;
using GspMl.Factorization;

namespace GspMl.Cli.Npy;

/// <summary>The rows of a matrix in an NPY file, read from the file in every pass: the matrix may be larger than memory.</summary>
/// <typeparam name="T">What the elements become.</typeparam>
/// <param name="path">The file.</param>
/// <param name="header">Its header, with the number of rows that are wanted.</param>
/// <param name="cancel">Looked at between parts.</param>
/// <param name="firstRow">The first row that is wanted.</param>
internal sealed class NpyRowSource<T>(string path, NpyHeader header, CancellationToken cancel, long firstRow = 0) : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Features => header.Shape[1];

    public IRowReader<T> Open()
    {
        var stream = InputFile.Open(path);
        NpyReader.ReadHeader(path, stream);
        if (firstRow > 0) stream.Seek(firstRow * Features * header.ElementBytes, SeekOrigin.Current);
        return NpyElement.Read(path, header, new Opening(this, stream));
    }

    private int Rows => header.Shape[0];

    private void Fill<TElement>(Stream stream, Span<TElement> elements)
        where TElement : unmanaged
    {
        cancel.ThrowIfCancellationRequested();
        try
        {
            stream.ReadExactly(MemoryMarshal.AsBytes(elements));
        }
        catch (Exception e) when (NpyReader.IsDamage(e))
        {
            throw NpyReader.Damaged(path, e);
        }
        if (header.BigEndian == BitConverter.IsLittleEndian) NpyReader.SwapBytes(elements);
    }

    private sealed record Opening(NpyRowSource<T> Source, Stream Stream) : INpyElementReader<IRowReader<T>>
    {
        public IRowReader<T> Read<TElement>() where TElement : unmanaged, INumber<TElement> => new Pass<TElement>(Source, Stream);
    }

    /// <summary>One pass over elements of the file's type.</summary>
    private sealed class Pass<TElement>(NpyRowSource<T> source, Stream stream) : IRowReader<T>
        where TElement : unmanaged, INumber<TElement>
    {
        private const int PartElements = 1 << 16;
        private readonly TElement[] part = new TElement[Math.Max(PartElements, source.Features)];
        private int left = source.Rows;

        public int Read(Span<T> rows)
        {
            var count = Math.Min(left, Math.Min(rows.Length, part.Length) / source.Features);
            if (count == 0) return 0;
            left -= count;
            var elements = part.AsSpan(0, count * source.Features);
            source.Fill(stream, elements);
            for (var i = 0; i < elements.Length; i++) rows[i] = T.CreateSaturating(elements[i]);
            return count;
        }

        public void Dispose() => stream.Dispose();
    }
}
