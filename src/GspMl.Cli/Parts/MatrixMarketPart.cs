using GspMl.Cli.MatrixMarket;
using GspMl.Factorization;

namespace GspMl.Cli.Parts;

/// <summary>A sparse matrix in a Matrix Market file, which is read whole whatever rows are wanted.</summary>
internal sealed class MatrixMarketPart(string path) : PartFile(path)
{
    public override PartShape ReadShape()
    {
        var (rows, columns) = MatrixMarketReader.ReadSize(FilePath);
        return new(rows, columns, IsDouble: true);
    }

    protected override IReadOnlyList<DataMatrix<T>> ReadRows<T>(long first, long rows)
    {
        var matrix = MatrixMarketReader.Read(FilePath);
        var (start, end) = (matrix.Starts[first], matrix.Starts[first + rows]);
        int[] starts = [.. matrix.Starts.Skip((int)first).Take((int)rows + 1).Select(at => at - start)];
        T[] values = Array.ConvertAll(matrix.Values[start..end], T.CreateSaturating);
        return [new SparseData<T>((int)rows, matrix.Columns, starts, matrix.Features[start..end], values)];
    }
}
