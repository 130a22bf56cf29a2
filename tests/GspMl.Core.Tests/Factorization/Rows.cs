using System.Numerics;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.Factorization;

/// <summary>A matrix as a source of rows, of which a reader gives some at a time.</summary>
internal sealed class Rows<T>(DenseMatrix<T> matrix, int atMost = int.MaxValue) : IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public DenseMatrix<T> Matrix { get; set; } = matrix;

    public int Features => Matrix.Columns;

    public IRowReader<T> Open() => new Reader(Matrix, atMost);

    private sealed class Reader(DenseMatrix<T> matrix, int atMost) : IRowReader<T>
    {
        private int next;

        public int Read(Span<T> rows)
        {
            var count = Math.Min(atMost, Math.Min(rows.Length / matrix.Columns, matrix.Rows - next));
            matrix.Values.AsSpan(next * matrix.Columns, count * matrix.Columns).CopyTo(rows);
            next += count;
            return count;
        }

        public void Dispose()
        {
        }
    }
}
