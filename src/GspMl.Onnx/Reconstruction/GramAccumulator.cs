using System.Numerics.Tensors;
using GspMl.Onnx.Products;
using GspMl.Threading;

namespace GspMl.Onnx.Reconstruction;

/// <summary>
/// The Gram matrix Σ z·zᵀ of samples z that come in batches; in double, because centring and Cholesky factors both
/// subtract nearly equal numbers. Large ones are multiplied in float, a few hundred samples at a time, and added up in double. Only the
/// matrix is kept, never the samples. O(samples · size²) operations.
/// </summary>
/// <param name="size">Entries of a sample.</param>
/// <param name="products">Multiplies large matrices; null: none is large.</param>
/// <param name="maxThreads">The most threads to use; 0 for as many as there are processors.</param>
internal sealed class GramAccumulator(int size, MatrixProduct? products = null, int maxThreads = 0) : ISampleMoments
{
    // A block of 256 samples of a tile's eight rows is 16 KB, which stays in the first-level cache.
    private const int Block = 256;

    // From here on the faster products in float are worth their rounding, which then is small beside that of so many samples.
    private const int LargeSize = 512;
    private const int LargeBlock = 1024;

    // Of a large matrix one triangle is multiplied, in bands of so many rows.
    private const int Band = 768;

    private double[] matrix = new double[(long)size * size];
    private double[] samples = [];
    private float[]? pending;
    private float[]? sums;
    private int gathered;

    public int Size => size;

    /// <summary>How many samples were added.</summary>
    public long Count { get; private set; }

    /// <summary>Row-major, symmetric; both triangles are filled.</summary>
    public ReadOnlySpan<double> Matrix => Finished();

    /// <summary>The same, as an array that is the caller's from now on.</summary>
    /// <exception cref="InvalidOperationException">It was given away before.</exception>
    public double[] Take()
    {
        var taken = Finished();
        matrix = [];
        return taken.Length > 0 ? taken : throw new InvalidOperationException("the moments were taken before");
    }

    /// <summary>Adds samples, given transposed: entry i of sample t is <paramref name="transposed"/>[i·count + t].</summary>
    public void Add(ReadOnlySpan<float> transposed, int count)
    {
        if (transposed.Length != (long)size * count)
            throw new ArgumentException($"{count} samples of {size} entries are {(long)size * count} values, not {transposed.Length}",
                nameof(transposed));
        if (products is not null && size >= LargeSize) AddProducts(transposed, count, products);
        else AddTiles(transposed, count);
        Count += count;
    }

    /// <inheritdoc/>
    public LeastSquaresProblem Problem(int inputs, int filters, bool centred) => new(this, inputs, filters, centred);

    /// <summary>Gathers samples until there are enough for a product.</summary>
    private void AddProducts(ReadOnlySpan<float> transposed, int count, MatrixProduct by)
    {
        pending ??= new float[size * LargeBlock];
        for (var start = 0; start < count;)
        {
            var length = Math.Min(LargeBlock - gathered, count - start);
            for (var i = 0; i < size; i++)
                transposed.Slice((i * count) + start, length).CopyTo(pending.AsSpan((i * LargeBlock) + gathered, length));
            (start, gathered) = (start + length, gathered + length);
            if (gathered == LargeBlock) Multiply(by);
        }
    }

    private void Multiply(MatrixProduct by)
    {
        // What is missing in a last block counts as samples of zeros.
        for (var i = 0; i < size; i++) pending!.AsSpan((i * LargeBlock) + gathered, LargeBlock - gathered).Clear();
        var bands = (size + Band - 1) / Band;
        for (var band = 0; band < bands; band++) AddBand(by, band * size / bands, (band + 1) * size / bands);
        gathered = 0;
    }

    /// <summary>Adds the products of rows [first, end) with all rows up to them.</summary>
    private void AddBand(MatrixProduct by, int first, int end)
    {
        sums ??= new float[Math.Min(size, Band + 1) * size];
        var rows = pending.AsMemory(first * LargeBlock, (end - first) * LargeBlock);
        by.MultiplyTransposed(new(1, end - first, LargeBlock, end), rows, pending, sums);
        Threads.For(end - first, maxThreads, i =>
        {
            var row = matrix.AsSpan((first + i) * size, first + i + 1);
            var own = sums.AsSpan(i * end, row.Length);
            for (var j = 0; j < row.Length; j++) row[j] += own[j];
        });
    }

    /// <summary>Fills the upper triangle with the lower one, tile by tile.</summary>
    private void Mirror()
    {
        const int Tile = 64;
        Threads.For((size + Tile - 1) / Tile, maxThreads, tile =>
        {
            var (first, end) = (tile * Tile, Math.Min(size, (tile + 1) * Tile));
            for (var column = 0; column < end; column += Tile)
                for (var i = first; i < end; i++)
                    for (var j = column; j < Math.Min(i, column + Tile); j++) matrix[(j * size) + i] = matrix[(i * size) + j];
        });
    }

    /// <summary>Adds what is gathered, and gives the memory of products back.</summary>
    private double[] Finished()
    {
        if (gathered > 0) Multiply(products!);
        if (pending is not null) Mirror();
        (pending, sums, samples) = (null, null, []);
        return matrix;
    }

    private void AddTiles(ReadOnlySpan<float> transposed, int count)
    {
        if (samples.Length < transposed.Length) samples = new double[transposed.Length];
        TensorPrimitives.ConvertTruncating(transposed, samples);
        var tiles = (size + DotTile.Side - 1) / DotTile.Side;
        if ((long)size * size * count < 1 << 18)
            for (var tile = 0; tile < tiles; tile++) AddRows(tile * DotTile.Side, count);
        else
            // Tile rows grow longer towards the end of the triangle: pair a long one with a short one.
            Threads.For((tiles + 1) / 2, maxThreads, pair =>
            {
                AddRows(pair * DotTile.Side, count);
                if (tiles - 1 - pair != pair) AddRows((tiles - 1 - pair) * DotTile.Side, count);
            });
    }

    private void AddRows(int row, int count)
    {
        Span<double> products = stackalloc double[DotTile.Side * DotTile.Side];
        for (var start = 0; start < count; start += Block)
            for (var column = 0; column <= row; column += DotTile.Side)
                AddTile(row, column, start, Math.Min(Block, count - start), count, products);
    }

    private void AddTile(int row, int column, int start, int length, int stride, Span<double> products)
    {
        var (rows, columns) = (Math.Min(DotTile.Side, size - row), Math.Min(DotTile.Side, size - column));
        var whole = rows == DotTile.Side && columns == DotTile.Side;
        var a = samples.AsSpan((row * stride) + start);
        var b = samples.AsSpan((column * stride) + start);
        if (whole) DotTile.Products(a, stride, b, stride, length, products);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns && column + j <= row + i; j++)
            {
                var product = whole ? products[(i * DotTile.Side) + j]
                    : DotTile.Dot(a.Slice(i * stride, length), b.Slice(j * stride, length));
                matrix[((row + i) * size) + column + j] += product;
                if (column + j != row + i) matrix[((column + j) * size) + row + i] += product;
            }
    }
}
