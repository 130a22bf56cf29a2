using System.Numerics;
using System.Numerics.Tensors;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// A factor's least-squares problem in the coordinates of the sparse updates: transposed (rank × n, a column contiguous), and with columns
/// of norm 1, their scale moved into V and G. The Hoyer sparsity of a column does not depend on its scale, and with columns of equal norm
/// one multiplier for all of them is what the optimality conditions of the average ask for. All in double, whatever the factor's type: the
/// steps compare objectives that differ in their last digits, and a factor of features × rank is small beside the data.
/// </summary>
internal sealed unsafe class UnitColumns
{
    private readonly double[] norms;

    public UnitColumns(int length, int rank)
    {
        Columns = new(rank, length);
        Product = new(rank, length);
        Gram = new double[rank * rank];
        GramPanel = new(rank, rank);
        norms = new double[rank];
    }

    public int Rank => norms.Length;

    /// <summary>The present columns, norm 1 or zero when loaded.</summary>
    public Panel<double> Columns { get; private set; }

    /// <summary>Vᵀ in these coordinates.</summary>
    public Panel<double> Product { get; }

    /// <summary>G in these coordinates.</summary>
    public double[] Gram { get; }

    private Panel<double> GramPanel { get; }

    /// <summary>Takes over a factor and its problem.</summary>
    public void Load<T>(Panel<T> factor, NormalEquations<T> equations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LoadColumns(factor);
        Product.TransposeFrom(equations.Product);
        var unit = ObjectiveUnit(equations.Gram);
        for (var k = 0; k < Rank; k++) Scale(Product.Row(k), norms[k] / unit);
        for (var i = 0; i < Rank; i++)
        {
            for (var j = 0; j < Rank; j++)
            {
                Gram[i * Rank + j] = equations.Gram[i * Rank + j] / unit * norms[i] * norms[j];
                GramPanel.Row(i)[j] = Gram[i * Rank + j];
            }
        }
    }

    /// <summary>Takes over a factor alone.</summary>
    public void LoadColumns<T>(Panel<T> factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Columns.TransposeFrom(factor);
        for (var k = 0; k < Rank; k++)
        {
            var norm = Norm(Columns, k);
            norms[k] = norm > 0 ? norm : 1;
            Scale(Columns.Row(k), 1 / norms[k]);
        }
    }

    /// <summary>Hands the columns back in their former scale; they are not of norm 1 any more.</summary>
    public void Store<T>(Panel<T> factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var k = 0; k < Rank; k++) Scale(Columns.Row(k), norms[k]);
        factor.TransposeFrom(Columns);
    }

    /// <summary>Makes other columns the present ones and hands back those that were.</summary>
    public Panel<double> Exchange(Panel<double> columns)
    {
        var old = Columns;
        Columns = columns;
        return old;
    }

    /// <summary>gradient = G·columns − Vᵀ.</summary>
    public void Gradient(Panel<double> columns, Panel<double> gradient, int maxThreads)
    {
        const int BlockRows = 16;
        TensorPrimitives.Negate<double>(Product.Filled, gradient.Filled);
        var left = PanelProduct.Left<double>.RowMajor(GramPanel.Start, Rank, Rank, GramPanel.Stride);
        new Blocks(Rank, BlockRows).Each(maxThreads, (start, end) =>
            PanelProduct.Add(left, columns.Start, columns.Stride, gradient.Start, gradient.Stride, gradient.Lanes, start, end));
    }

    public static double Norm(Panel<double> columns, int k) =>
        Math.Sqrt(PanelReduction.Dot(columns.RowStart(k), columns.RowStart(k), columns.Columns));

    /// <summary>Divides the objective so that the largest G_kk becomes 1: data of any scale stays clear of overflow.</summary>
    private double ObjectiveUnit(double[] gram)
    {
        var largest = 0.0;
        for (var k = 0; k < Rank; k++) largest = Math.Max(largest, gram[k * Rank + k] * norms[k] * norms[k]);
        return largest > 0 ? largest : 1;
    }

    private static void Scale(Span<double> column, double factor) => TensorPrimitives.Multiply(column, factor, column);
}
