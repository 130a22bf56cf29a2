using System.Numerics;

namespace GspMl.LinearAlgebra;

/// <summary>A dense matrix, row after row in one array: element (i, j) is <c>Values[i * Columns + j]</c>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class DenseMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A matrix of zeros.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative, or the matrix has 2³¹ elements or more.</exception>
    public DenseMatrix(int rows, int columns)
        : this(rows, columns, new T[Size(rows, columns)])
    {
    }

    /// <summary>A matrix over existing values; the array is not copied.</summary>
    /// <exception cref="ArgumentException"><paramref name="values"/> does not hold rows × columns elements.</exception>
    public DenseMatrix(int rows, int columns, T[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != Size(rows, columns))
            throw new ArgumentException(
            $"A {rows} x {columns} matrix has {(long)rows * columns} elements; the array holds {values.Length}.",
                nameof(values));
        Rows = rows;
        Columns = columns;
        Values = values;
    }

    /// <summary>The number of rows.</summary>
    public int Rows { get; }

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The elements, row-major.</summary>
    public T[] Values { get; }

    /// <summary>Element (row, column), both from 0.</summary>
    public T this[int row, int column]
    {
        get => Row(row)[column];
        set => Row(row)[column] = value;
    }

    /// <summary>One row as a view.</summary>
    public Span<T> Row(int row) => Values.AsSpan(checked(row * Columns), Columns);

    /// <summary>An independent copy.</summary>
    public DenseMatrix<T> Clone() => new(Rows, Columns, [.. Values]);

    /// <summary>The transpose, as a new matrix.</summary>
    public DenseMatrix<T> Transpose()
    {
        var result = new DenseMatrix<T>(Columns, Rows);
        for (var i = 0; i < Rows; i++)
        {
            var row = Row(i);
            for (var j = 0; j < row.Length; j++) result.Values[j * Rows + i] = row[j];
        }
        return result;
    }

    /// <summary>The matrix times 2ⁿ, which leaves every digit as it was.</summary>
    internal DenseMatrix<T> TimesPowerOfTwo(int n)
    {
        var scale = T.ScaleB(T.One, n);
        return new(Rows, Columns, Array.ConvertAll(Values, value => value * scale));
    }

    private static int Size(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        var size = (long)rows * columns;
        if (size > Array.MaxLength)
            throw new ArgumentOutOfRangeException(nameof(rows),
                $"A {rows} x {columns} matrix does not fit one array; stream its rows instead.");
        return (int)size;
    }
}
