using GspMl.Factorization;
using GspMl.ML.Rows;
using Microsoft.ML.Data;

namespace GspMl.ML;

/// <summary>The rows of a column as the factorisation streams them: each pass opens a cursor of its own.</summary>
internal sealed class RowSource(VectorRows rows, CancellationToken cancel) : IRowSource<float>
{
    public int Features => rows.Size;

    public IRowReader<float> Open() => new Reader(rows.Read(cancel).GetEnumerator(), rows.Size);

    private sealed class Reader(IEnumerator<VBuffer<float>> rows, int size) : IRowReader<float>
    {
        public int Read(Span<float> buffer)
        {
            var count = 0;
            while ((count + 1) * size <= buffer.Length && rows.MoveNext()) rows.Current.CopyTo(buffer.Slice(count++ * size, size));
            return count;
        }

        public void Dispose() => rows.Dispose();
    }
}
