namespace GspMl.Onnx.Evaluation.Measures;

/// <summary>Sums over two vectors of the same length, in double precision.</summary>
internal static class VectorSums
{
    public static double SquaredDifference(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++) sum += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
        return sum;
    }

    public static double Product(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++) sum += (double)x[i] * y[i];
        return sum;
    }

    /// <summary>x·y / (‖x‖·‖y‖), in [−1,1]; 1 where both are zero, 0 where one of them is.</summary>
    public static double Cosine(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Cosine(Product(x, y), Product(x, x), Product(y, y));

    /// <summary>As above, from the products of the two and their squares.</summary>
    public static double Cosine(double product, double squareX, double squareY)
        => squareX == 0 && squareY == 0 ? 1 : squareX == 0 || squareY == 0 ? 0 : Math.Clamp(product / Math.Sqrt(squareX * squareY), -1, 1);
}
