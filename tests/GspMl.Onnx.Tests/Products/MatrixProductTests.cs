using GspMl.Onnx.Products;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Products;

public class MatrixProductTests
{
    /// <summary>One piece; bands of rows; whole groups together; bands of several groups; few columns for many threads.</summary>
    public static TheoryData<int, int, int, int> Sizes => new()
    {
        { 1, 7, 5, 3 }, { 1, 300, 200, 130 }, { 1, 40, 700, 300 }, { 90, 12, 60, 90 }, { 3, 210, 150, 170 }, { 1, 257, 1100, 20 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Products_are_what_they_should_be_and_the_same_bits_with_any_number_of_threads(int groups, int rows, int inner, int columns)
    {
        float[] a = GraphBuilder.Random(groups * rows * inner), b = GraphBuilder.Random(groups * inner * columns);
        var (first, firstTransposed) = Products(1);
        for (var group = 0; group < groups; group++)
            foreach (var (row, column) in new[] { (0, 0), (rows / 2, columns / 3), (rows - 1, columns - 1) })
            {
                double sum = 0, transposed = 0;
                for (var j = 0; j < inner; j++)
                {
                    var left = (double)a[(((group * rows) + row) * inner) + j];
                    sum += left * b[(((group * inner) + j) * columns) + column];
                    transposed += left * b[(((group * columns) + column) * inner) + j];
                }
                var at = (((group * rows) + row) * columns) + column;
                Assert.Equal(sum, first[at], 1e-3);
                Assert.Equal(transposed, firstTransposed[at], 1e-3);
            }
        foreach (var threads in new[] { 2, 5, 16 })
        {
            var (product, transposed) = Products(threads);
            Assert.Equal(first, product);
            Assert.Equal(firstTransposed, transposed);
        }

        (float[] Plain, float[] Transposed) Products(int threads)
        {
            using var products = new MatrixProduct(threads);
            var (plain, transposed) = (new float[groups * rows * columns], new float[groups * rows * columns]);
            products.Multiply(new(groups, rows, inner, columns), a, b, plain);
            products.MultiplyTransposed(new(groups, rows, inner, columns), a, b, transposed);
            return (plain, transposed);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    [InlineData(5, 1, 3000, 3000)]
    [InlineData(2, 5000, 64, 64)]
    [InlineData(100_000, 1, 9, 9)]
    public void Every_row_of_every_group_is_in_one_piece(int groups, int rows, int inner, int columns)
    {
        var covered = new List<(int Group, int Row)>();
        foreach (var piece in ProductPieces.Of(new(groups, rows, inner, columns)))
        {
            Assert.True(piece.Groups == 1 || piece.Rows == rows);
            for (var group = 0; group < piece.Groups; group++)
                for (var row = 0; row < piece.Rows; row++) covered.Add((piece.FirstGroup + group, piece.FirstRow + row));
        }
        Assert.Equal(Enumerable.Range(0, groups).SelectMany(group => Enumerable.Range(0, rows).Select(row => (group, row))), covered);
    }
}
