namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// Cholesky factors A = L·Lᵀ of many small matrices (up to a few thousand rows), without allocation: every output row
/// of a layer is solved on a support of its own, so one layer needs as many factors as it has filters.
/// Blocked, left-looking; all work is in <see cref="DotTile"/>. n³/3 operations (Golub and Van Loan, Matrix Computations, §4.2).
/// </summary>
internal static class CholeskyFactor
{
    private const int Block = 32;

    /// <summary>Replaces the lower triangle of a row-major n × n matrix by L; the upper one is not read.</summary>
    /// <returns>False where the matrix is not positive definite in double precision.</returns>
    public static bool Factor(Span<double> matrix, int n)
    {
        for (var start = 0; start < n; start += Block)
        {
            var end = Math.Min(n, start + Block);
            SubtractDone(matrix, n, start, end);
            if (!FactorPanel(matrix, n, start, end)) return false;
        }
        return true;
    }

    /// <summary>Columns start…end of rows start…n lose what the finished columns before them explain: A − L·Lᵀ.</summary>
    private static void SubtractDone(Span<double> matrix, int n, int start, int end)
    {
        if (start == 0) return;
        Span<double> products = stackalloc double[DotTile.Side * DotTile.Side];
        for (var i = start; i < n; i += DotTile.Side)
            for (var j = start; j < end && j <= i + DotTile.Side - 1; j += DotTile.Side)
                SubtractTile(matrix, n, (i, Math.Min(n, i + DotTile.Side)), (j, Math.Min(end, j + DotTile.Side)), start, products);
    }

    private static void SubtractTile(Span<double> matrix, int n, (int Start, int End) rows, (int Start, int End) columns, int length,
        Span<double> products)
    {
        if (rows.End - rows.Start == DotTile.Side && columns.End - columns.Start == DotTile.Side)
        {
            DotTile.Products(matrix[(rows.Start * n)..], n, matrix[(columns.Start * n)..], n, length, products);
            for (var i = rows.Start; i < rows.End; i++)
                for (var j = columns.Start; j < columns.End; j++)
                    matrix[(i * n) + j] -= products[((i - rows.Start) * DotTile.Side) + j - columns.Start];
            return;
        }
        for (var i = rows.Start; i < rows.End; i++)
            for (var j = columns.Start; j < columns.End; j++)
                matrix[(i * n) + j] -= DotTile.Dot(matrix.Slice(i * n, length), matrix.Slice(j * n, length));
    }

    private static bool FactorPanel(Span<double> matrix, int n, int start, int end)
    {
        for (var j = start; j < end; j++)
        {
            var pivotRow = matrix.Slice((j * n) + start, j - start);
            var square = matrix[(j * n) + j] - DotTile.Dot(pivotRow, pivotRow);
            if (!(square > 0)) return false;
            var pivot = Math.Sqrt(square);
            matrix[(j * n) + j] = pivot;
            for (var i = j + 1; i < n; i++)
                matrix[(i * n) + j] = (matrix[(i * n) + j] - DotTile.Dot(matrix.Slice((i * n) + start, j - start), pivotRow)) / pivot;
        }
        return true;
    }

    /// <summary>Solves L·Lᵀ·x = b in place.</summary>
    public static void Solve(ReadOnlySpan<double> factor, int n, Span<double> x)
    {
        for (var i = 0; i < n; i++) x[i] = (x[i] - DotTile.Dot(factor.Slice(i * n, i), x[..i])) / factor[(i * n) + i];
        for (var i = n - 1; i >= 0; i--)
        {
            var value = x[i] /= factor[(i * n) + i];
            var row = factor.Slice(i * n, i);
            for (var j = 0; j < i; j++) x[j] -= row[j] * value;
        }
    }

    /// <summary>
    /// Writes L⁻ᵀ, upper triangular, row-major: row j holds column j of L⁻¹. Then A⁻¹ = L⁻ᵀ·(L⁻ᵀ)ᵀ, and the j-th diagonal
    /// entry of A⁻¹ is the squared norm of row j. n³/3 operations.
    /// </summary>
    public static void InverseTransposed(ReadOnlySpan<double> factor, int n, Span<double> inverse)
    {
        inverse[..(n * n)].Clear();
        Span<double> products = stackalloc double[DotTile.Side * DotTile.Side];
        for (var start = 0; start < n; start += DotTile.Side)
        {
            var end = Math.Min(n, start + DotTile.Side);
            for (var j = 0; j < end; j += DotTile.Side) ColumnsOfInverse(factor, n, (start, end), j, inverse, products);
        }
    }

    /// <summary>Rows start…end of L⁻¹ in columns j…j+3, by forward substitution.</summary>
    private static void ColumnsOfInverse(ReadOnlySpan<double> factor, int n, (int Start, int End) rows, int j, Span<double> inverse,
        Span<double> products)
    {
        var columnsEnd = Math.Min(n, j + DotTile.Side);
        var length = rows.Start - j;
        if (length > 0 && rows.End - rows.Start == DotTile.Side)
            DotTile.Products(factor[((rows.Start * n) + j)..], n, inverse[((j * n) + j)..], n, length, products);
        else
            Products(factor, n, rows, j, columnsEnd, length, inverse, products);
        for (var c = j; c < columnsEnd; c++)
            for (var i = Math.Max(rows.Start, c); i < rows.End; i++)
            {
                var sum = products[((i - rows.Start) * DotTile.Side) + c - j];
                for (var p = rows.Start; p < i; p++) sum += factor[(i * n) + p] * inverse[(c * n) + p];
                inverse[(c * n) + i] = ((i == c ? 1 : 0) - sum) / factor[(i * n) + i];
            }
    }

    private static void Products(
        ReadOnlySpan<double> factor, int n, (int Start, int End) rows, int j, int columnsEnd, int length, ReadOnlySpan<double> inverse,
        Span<double> products)
    {
        products.Clear();
        if (length <= 0) return;
        for (var i = rows.Start; i < rows.End; i++)
            for (var c = j; c < columnsEnd; c++)
                products[((i - rows.Start) * DotTile.Side) + c - j] =
                    DotTile.Dot(factor.Slice((i * n) + j, length), inverse.Slice((c * n) + j, length));
    }
}
