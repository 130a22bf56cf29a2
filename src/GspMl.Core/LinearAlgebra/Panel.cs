using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GspMl.LinearAlgebra;

/// <summary>
/// A tall matrix with few columns, as the kernels want it: every row starts at a multiple of 64 bytes and is filled up with zeros to whole
/// vectors, so that no kernel has a scalar remainder. The array is pinned; <see cref="Start"/> stays valid while the panel is alive.
/// </summary>
internal sealed unsafe class Panel<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] storage;

    public Panel(int rows, int columns)
    {
        Rows = rows;
        Columns = columns;
        Stride = (columns + Vector512<T>.Count - 1) / Vector512<T>.Count * Vector512<T>.Count;
        storage = GC.AllocateArray<T>(checked(rows * Stride + Vector512<T>.Count), pinned: true);
        var address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(storage));
        Start = (T*)((address + 63) & ~63);
    }

    private Panel(Panel<T> whole, int first, int rows)
    {
        (storage, Rows, Columns, Stride) = (whole.storage, rows, whole.Columns, whole.Stride);
        Start = whole.RowStart(first);
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Elements from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>Vectors in a row.</summary>
    public int Lanes => Stride / Vector512<T>.Count;

    public T* Start { get; }

    public T* RowStart(int row) => Start + (nint)row * Stride;

    /// <summary>The elements of a row, without the filling.</summary>
    public Span<T> Row(int row) => new(RowStart(row), Columns);

    /// <summary>All rows with their filling: what element-wise operations work on.</summary>
    public Span<T> Filled => new(Start, Rows * Stride);

    /// <summary>Some of the rows, as a view.</summary>
    public Panel<T> Slice(int first, int rows) => new(this, first, rows);

    /// <summary>Every element times a factor.</summary>
    public void Scale(double factor)
    {
        var scale = T.CreateTruncating(factor);
        foreach (ref var value in Filled) value *= scale;
    }

    public void Clear() => Filled.Clear();

    public void CopyFrom(Panel<T> other) => other.Filled.CopyTo(Filled);

    public void CopyFrom(DenseMatrix<T> matrix)
    {
        for (var i = 0; i < Rows; i++) matrix.Row(i).CopyTo(Row(i));
    }

    /// <summary>Takes over rows × columns values, row-major.</summary>
    public void CopyFrom(ReadOnlySpan<T> values)
    {
        for (var i = 0; i < Rows; i++) values.Slice(i * Columns, Columns).CopyTo(Row(i));
    }

    /// <summary>Hands out rows × columns values, row-major.</summary>
    public void CopyTo(Span<T> values)
    {
        for (var i = 0; i < Rows; i++) Row(i).CopyTo(values[(i * Columns)..]);
    }

    public void CopyTo(DenseMatrix<T> matrix)
    {
        for (var i = 0; i < Rows; i++) Row(i).CopyTo(matrix.Row(i));
    }

    public DenseMatrix<T> ToDense()
    {
        var matrix = new DenseMatrix<T>(Rows, Columns);
        CopyTo(matrix);
        return matrix;
    }

    public static Panel<T> From(DenseMatrix<T> matrix)
    {
        var panel = new Panel<T>(matrix.Rows, matrix.Columns);
        panel.CopyFrom(matrix);
        return panel;
    }

    /// <summary>this = otherᵀ, in this panel's number type.</summary>
    public void TransposeFrom<TOther>(Panel<TOther> other)
        where TOther : unmanaged, IBinaryFloatingPointIeee754<TOther>
    {
        const int Tile = 16;
        for (var i0 = 0; i0 < Rows; i0 += Tile)
            for (var j0 = 0; j0 < Columns; j0 += Tile)
                TransposeTile(other, i0, Math.Min(i0 + Tile, Rows), j0, Math.Min(j0 + Tile, Columns));
    }

    private void TransposeTile<TOther>(Panel<TOther> other, int i0, int i1, int j0, int j1)
        where TOther : unmanaged, IBinaryFloatingPointIeee754<TOther>
    {
        for (var i = i0; i < i1; i++)
        {
            var row = RowStart(i);
            for (var j = j0; j < j1; j++) row[j] = T.CreateTruncating(other.RowStart(j)[i]);
        }
    }
}
