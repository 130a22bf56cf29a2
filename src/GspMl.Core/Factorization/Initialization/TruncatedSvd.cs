using System.Numerics;
using GspMl.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace GspMl.Factorization;

/// <summary>
/// The leading singular triplets of X by randomised subspace iteration (Halko, Martinsson and Tropp, SIAM Review 53, 2011, algorithm 4.4):
/// only X·Q and Xᵀ·Y touch the data. Cost: 2·(iterations + 1) products with rank + 10 columns.
/// </summary>
internal sealed class TruncatedSvd<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Oversampling = 10;
    private const int Iterations = 6;
    private readonly DataMatrix<T> data;
    private readonly int maxThreads;

    /// <summary>Computes min(rank, samples, features) triplets, or fewer where X has a lower rank.</summary>
    public TruncatedSvd(DataMatrix<T> data, int rank, Random random, int maxThreads)
    {
        (this.data, this.maxThreads) = (data, maxThreads);
        var smaller = Math.Min(data.Samples, data.Features);
        var width = Math.Min(smaller, rank + Oversampling);
        var right = Sketch(data.Features, width, random);
        Orthonormalise(right);

        var left = new Panel<T>(data.Samples, width);
        for (var i = 0; i < Iterations; i++)
        {
            data.Multiply(right, left, maxThreads);
            Orthonormalise(left);
            data.TransposeMultiply(left, right, maxThreads);
            Orthonormalise(right);
        }
        data.Multiply(right, left, maxThreads);
        (Values, Right, Left) = Rotate(right, left, Math.Min(rank, smaller));
    }

    /// <summary>Singular values, falling.</summary>
    public double[] Values { get; }

    /// <summary>Right singular vectors, of as many entries as there are features.</summary>
    public double[][] Right { get; }

    /// <summary>Left singular vectors, of as many entries as there are samples.</summary>
    public double[][] Left { get; }

    /// <summary>With X ≈ Y·Qᵀ and YᵀY = E·Λ·Eᵀ: σ = √Λ, right vectors Q·E, left vectors Y·E / σ.</summary>
    private (double[] Values, double[][] Right, double[][] Left) Rotate(Panel<T> right, Panel<T> left, int wanted)
    {
        var eigen = Eigen(left);
        var largest = eigen.EigenValues[^1].Real;
        var values = new List<double>();
        var rotation = new List<double[]>();
        for (var i = left.Columns - 1; i >= 0 && values.Count < wanted; i--)
        {
            var square = eigen.EigenValues[i].Real;
            if (square <= 1e-12 * largest || square <= 0) break;
            values.Add(Math.Sqrt(square));
            rotation.Add(eigen.EigenVectors.Column(i).ToArray());
        }
        double[][] scaled = [.. rotation.Select((column, k) => Array.ConvertAll(column, x => x / values[k]))];
        return ([.. values], [.. rotation.Select(column => Multiply(right, column))], [.. scaled.Select(column => Multiply(left, column))]);
    }

    /// <summary>A product with one column, in double, on the threads that the options allow.</summary>
    private double[] Multiply(Panel<T> panel, double[] column)
    {
        var product = new double[panel.Rows];
        new Blocks(panel.Rows, 256).Each(maxThreads, (start, end) =>
        {
            for (var i = start; i < end; i++)
            {
                var row = panel.Row(i);
                for (var j = 0; j < row.Length; j++) product[i] += double.CreateTruncating(row[j]) * column[j];
            }
        });
        return product;
    }

    /// <summary>Q ← Q·E·Λ^(−½) from the eigenvectors of QᵀQ, twice, since once loses half the digits (CholeskyQR2's reason).</summary>
    private void Orthonormalise(Panel<T> panel)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            var eigen = Eigen(panel);
            var largest = eigen.EigenValues[^1].Real;
            var factor = (DenseMatrix)eigen.EigenVectors.Clone();
            for (var j = 0; j < panel.Columns; j++)
            {
                var square = eigen.EigenValues[j].Real;
                var scale = square > 1e-14 * largest && square > 0 ? 1 / Math.Sqrt(square) : 0;
                factor.SetColumn(j, factor.Column(j) * scale);
            }
            Apply(panel, factor);
        }
    }

    private Evd<double> Eigen(Panel<T> panel)
    {
        var gram = new double[panel.Columns * panel.Columns];
        GramMatrix.Of(panel, gram, maxThreads);
        return new DenseMatrix(panel.Columns, panel.Columns, gram).Evd(Symmetricity.Symmetric);
    }

    private unsafe void Apply(Panel<T> panel, DenseMatrix factor)
    {
        var right = new Panel<T>(panel.Columns, panel.Columns);
        for (var i = 0; i < panel.Columns; i++)
            for (var j = 0; j < panel.Columns; j++) right.Row(i)[j] = T.CreateTruncating(factor[i, j]);
        var product = new Panel<T>(panel.Rows, panel.Columns);
        var left = PanelProduct.Left<T>.RowMajor(panel.Start, panel.Rows, panel.Columns, panel.Stride);
        new Blocks(panel.Rows, 256).Each(maxThreads, (start, end) =>
            PanelProduct.Add(left, right.Start, right.Stride, product.Start, product.Stride, product.Lanes, start, end));
        panel.CopyFrom(product);
        GC.KeepAlive(right);
    }

    /// <summary>Numbers uniform in [−½, ½).</summary>
    private static Panel<T> Sketch(int rows, int width, Random random)
    {
        var panel = new Panel<T>(rows, width);
        for (var i = 0; i < rows; i++)
        {
            foreach (ref var value in panel.Row(i)) value = T.CreateTruncating(random.NextDouble()) - T.CreateTruncating(0.5);
        }
        return panel;
    }
}
