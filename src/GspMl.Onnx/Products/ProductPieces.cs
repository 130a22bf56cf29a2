namespace GspMl.Onnx.Products;

/// <summary>
/// The pieces in which a product is made: groups of whole products, or bands of the rows of one. They follow from the size of the product
/// alone, so that any number of threads computes the same.
/// </summary>
internal static class ProductPieces
{
    // A tenth of a millisecond: less is not worth a thread.
    private const long LeastWork = 1 << 22;

    // Each piece lays B out anew for itself, which with so many rows is a small part of the work.
    private const int LeastRows = 48;
    private const int MostBands = 16;

    /// <summary>The pieces, in order.</summary>
    public static IReadOnlyList<ProductPiece> Of(ProductSize size)
    {
        var work = (long)size.Rows * size.Inner * size.Columns;
        if (work * size.Groups <= LeastWork) return [new(0, size.Groups, 0, size.Rows)];
        if (work <= LeastWork) return Groups(size, (int)Math.Max(1, LeastWork / Math.Max(1, work)));
        var bands = Math.Clamp(size.Rows / LeastRows, 1, MostBands);
        return [.. Enumerable.Range(0, size.Groups).SelectMany(group => Enumerable.Range(0, bands).Select(band =>
        {
            var (first, end) = (Start(band), Start(band + 1));
            return new ProductPiece(group, 1, first, end - first);
        }))];

        int Start(int band) => (int)((long)band * size.Rows / bands);
    }

    private static List<ProductPiece> Groups(ProductSize size, int together)
        => [.. Enumerable.Range(0, (size.Groups + together - 1) / together)
            .Select(piece => new ProductPiece(piece * together, Math.Min(together, size.Groups - (piece * together)), 0, size.Rows))];
}

/// <summary>A piece of a product.</summary>
/// <param name="FirstGroup">The first of its groups.</param>
/// <param name="Groups">How many groups there are in it.</param>
/// <param name="FirstRow">The first of its rows in each group.</param>
/// <param name="Rows">How many rows of each group: all of them where there are several groups.</param>
internal readonly record struct ProductPiece(int FirstGroup, int Groups, int FirstRow, int Rows);
