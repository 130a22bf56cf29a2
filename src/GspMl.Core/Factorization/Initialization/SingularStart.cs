using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// NNDSVD (Boutsidis and Gallopoulos, Pattern Recognition 41, 2008): of each singular pair σuvᵀ the larger of its positive and its negative
/// part, u₊v₊ᵀ or u₋v₋ᵀ, scaled by σ times its norm. NNDSVDa fills zeros with the mean of X.
/// </summary>
internal static class SingularStart
{
    public static (Panel<T> Basis, Panel<T> Coefficients) Create<T>(DataMatrix<T> data, NmfOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Columns that X has no singular vectors for keep their random start.
        var (basis, coefficients) = RandomStart.Create(data, options);
        var svd = new TruncatedSvd<T>(data, options.Rank, new Random(options.Seed), options.MaxThreads);
        for (var k = 0; k < svd.Values.Length; k++)
        {
            var (u, v) = (svd.Left[k], svd.Right[k]);
            var (positive, negative) = (NormOfPart(u, 1) * NormOfPart(v, 1), NormOfPart(u, -1) * NormOfPart(v, -1));
            var sign = positive >= negative ? 1 : -1;
            var scale = Math.Sqrt(svd.Values[k] * Math.Max(positive, negative));
            SetColumn(coefficients, k, u, sign, scale / NormOfPart(u, sign));
            SetColumn(basis, k, v, sign, scale / NormOfPart(v, sign));
        }
        if (options.Initialization == NmfInitialization.NndsvdA) Fill(data, basis, coefficients);
        return (basis, coefficients);
    }

    private static void SetColumn<T>(Panel<T> panel, int k, double[] values, int sign, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var i = 0; i < values.Length; i++)
            panel.Row(i)[k] = T.CreateTruncating(double.IsFinite(scale) ? Math.Max(0, sign * values[i]) * scale : 0);
    }

    private static void Fill<T>(DataMatrix<T> data, Panel<T> basis, Panel<T> coefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var mean = T.CreateTruncating(data.Mean);
        foreach (var panel in new[] { basis, coefficients })
        {
            for (var i = 0; i < panel.Rows; i++)
            {
                foreach (ref var value in panel.Row(i)) value = value > T.Zero ? value : mean;
            }
        }
    }

    private static double NormOfPart(double[] values, int sign)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            var part = Math.Max(0, sign * value);
            sum += part * part;
        }
        return Math.Sqrt(sum);
    }
}
