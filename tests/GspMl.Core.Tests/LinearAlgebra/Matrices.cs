using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Core.Tests.LinearAlgebra;

/// <summary>Random matrices and the plain loops that kernels are compared with.</summary>
internal static class Matrices
{
    public static DenseMatrix<T> Random<T>(int rows, int columns, int seed, double zeros = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var matrix = new DenseMatrix<T>(rows, columns);
        for (var i = 0; i < matrix.Values.Length; i++)
            matrix.Values[i] = random.NextDouble() < zeros ? T.Zero : T.CreateTruncating(random.NextDouble());
        return matrix;
    }

    public static double[,] Product<T>(DenseMatrix<T> left, DenseMatrix<T> right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var result = new double[left.Rows, right.Columns];
        for (var i = 0; i < left.Rows; i++)
            for (var k = 0; k < left.Columns; k++)
                for (var j = 0; j < right.Columns; j++)
                    result[i, j] += double.CreateChecked(left[i, k]) * double.CreateChecked(right[k, j]);
        return result;
    }

    public static void AssertEqual<T>(double[,] expected, DenseMatrix<T> actual, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal((expected.GetLength(0), expected.GetLength(1)), (actual.Rows, actual.Columns));
        for (var i = 0; i < actual.Rows; i++)
            for (var j = 0; j < actual.Columns; j++)
                Assert.True(Math.Abs(expected[i, j] - double.CreateChecked(actual[i, j])) <= tolerance * (1 + Math.Abs(expected[i, j])),
                    $"({i}, {j}): {expected[i, j]} expected, {actual[i, j]} found");
    }

    /// <summary>The same values in compressed rows.</summary>
    public static (int[] Starts, int[] Features, T[] Values) Compress<T>(DenseMatrix<T> matrix, bool keepZeros = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<int> starts = [0], features = [];
        List<T> values = [];
        for (var i = 0; i < matrix.Rows; i++)
        {
            for (var j = 0; j < matrix.Columns; j++)
            {
                if (matrix[i, j] == T.Zero && !keepZeros) continue;
                features.Add(j);
                values.Add(matrix[i, j]);
            }
            starts.Add(values.Count);
        }
        return ([.. starts], [.. features], [.. values]);
    }

    /// <summary>‖X − C·Bᵀ‖ / ‖X‖ by the definition.</summary>
    public static double RelativeError<T>(DenseMatrix<T> x, DenseMatrix<T> coefficients, DenseMatrix<T> basis)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var model = Product(coefficients, basis.Transpose());
        var (error, norm) = (0.0, 0.0);
        for (var i = 0; i < x.Rows; i++)
        {
            for (var j = 0; j < x.Columns; j++)
            {
                var value = double.CreateChecked(x[i, j]);
                error += (value - model[i, j]) * (value - model[i, j]);
                norm += value * value;
            }
        }
        return Math.Sqrt(error / norm);
    }
}
