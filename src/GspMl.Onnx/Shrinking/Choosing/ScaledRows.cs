using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace GspMl.Onnx.Shrinking.Choosing;

/// <summary>Rows times numbers, several at a time: what they are taken from is then read and written once for all of these.</summary>
internal static class ScaledRows
{
    private const int Together = 3;

    /// <summary>target − Σ_a factors_a · rows_a.</summary>
    /// <param name="target">Is changed.</param>
    /// <param name="rows">Rows of at least its length.</param>
    /// <param name="factors">One number for each.</param>
    public static void Subtract(Span<double> target, double[][] rows, ReadOnlySpan<double> factors)
    {
        var a = 0;
        for (; a + Together <= rows.Length; a += Together)
            Subtract(target, (rows[a], factors[a]), (rows[a + 1], factors[a + 1]), (rows[a + 2], factors[a + 2]));
        for (; a < rows.Length; a++) TensorPrimitives.MultiplyAdd(rows[a].AsSpan(0, target.Length), -factors[a], target, target);
    }

    private static void Subtract(Span<double> target, (double[] Row, double Factor) first, (double[] Row, double Factor) second,
        (double[] Row, double Factor) third)
    {
        var x = Vectors(first.Row);
        var y = Vectors(second.Row);
        var z = Vectors(third.Row);
        var (f, g, h) = (new Vector<double>(first.Factor), new Vector<double>(second.Factor), new Vector<double>(third.Factor));
        var vectors = MemoryMarshal.Cast<double, Vector<double>>(target);
        for (var i = 0; i < vectors.Length; i++) vectors[i] -= (f * x[i]) + (g * y[i]) + (h * z[i]);
        for (var i = vectors.Length * Vector<double>.Count; i < target.Length; i++)
            target[i] -= (first.Factor * first.Row[i]) + (second.Factor * second.Row[i]) + (third.Factor * third.Row[i]);
    }

    private static ReadOnlySpan<Vector<double>> Vectors(double[] row) => MemoryMarshal.Cast<double, Vector<double>>(row);
}
