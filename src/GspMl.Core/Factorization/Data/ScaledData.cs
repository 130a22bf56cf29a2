using System.Numerics;
using System.Numerics.Tensors;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Data times 4⁻ⁿ without a copy: factors are scaled by 2⁻ⁿ before a product and the product by 2⁻ⁿ after it. Powers of two leave every
/// digit as it was; what they keep out are the products of values far from 1, which no <see cref="float"/> can hold.
/// </summary>
internal sealed class ScaledData<T> : DataMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DataMatrix<T> data;
    private readonly int halvings;

    public ScaledData(DataMatrix<T> data, int halvings)
        : base(data.Samples, data.Features)
    {
        (this.data, this.halvings) = (data, halvings);
        (Mean, SquaredNorm) = (Math.ScaleB(data.Mean, -2 * halvings), Math.ScaleB(data.SquaredNorm, -4 * halvings));
    }

    public override long StoredValues => data.StoredValues;

    internal override void Multiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        data.Multiply(Scaled(right, -halvings), product, maxThreads);
        Scale(product, -halvings);
    }

    internal override void AddTransposeMultiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        var added = new Panel<T>(product.Rows, product.Columns);
        data.AddTransposeMultiply(Scaled(right, -halvings), added, maxThreads);
        Scale(added, -halvings);
        TensorPrimitives.Add(product.Filled, added.Filled, product.Filled);
    }

    internal override double ResidualSquaredNorm(Panel<T> coefficients, Panel<T> basis, int maxThreads, double scale = 1) =>
        data.ResidualSquaredNorm(coefficients, basis, maxThreads, Math.ScaleB(scale, -2 * halvings));

    private static Panel<T> Scaled(Panel<T> factor, int doublings)
    {
        var scaled = new Panel<T>(factor.Rows, factor.Columns);
        scaled.CopyFrom(factor);
        Scale(scaled, doublings);
        return scaled;
    }

    private static void Scale(Panel<T> panel, int doublings) =>
        TensorPrimitives.Multiply(panel.Filled, T.ScaleB(T.One, doublings), panel.Filled);
}
