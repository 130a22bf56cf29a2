using System.Numerics;
using GspMl.LinearAlgebra;

namespace GspMl.Factorization;

/// <summary>
/// Non-negative data X, samples × features: <see cref="DenseData{T}"/> or <see cref="SparseData{T}"/> in memory, several of them one above
/// the other (<see cref="StackedData{T}"/>), or <see cref="StreamedData{T}"/> read again in passes. The factorisation touches X only
/// through X·B and Xᵀ·C; neither needs C·Bᵀ, and sparse data is never densified.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class DataMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected DataMatrix(int samples, int features)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"Data are of float or double, not of {typeof(T)}.");
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(features, 1);
        (Samples, Features) = (samples, features);
    }

    /// <summary>The number of rows.</summary>
    public int Samples { get; }

    /// <summary>The number of columns.</summary>
    public int Features { get; }

    /// <summary>‖X‖²: the sum of the squares, in double.</summary>
    public double SquaredNorm { get; private protected init; }

    /// <summary>The mean of all samples × features values, zeros included.</summary>
    public double Mean { get; private protected init; }

    /// <summary>The values that a product must read: all of them for dense data, the stored ones for sparse data.</summary>
    public abstract long StoredValues { get; }

    /// <summary>
    /// ‖X − C·Bᵀ‖ / ‖X‖ for any factors; 0 for data that is all zero. Cost: one product for dense data, less for sparse data.
    /// </summary>
    /// <param name="coefficients">C, samples × rank.</param>
    /// <param name="basis">B, features × rank.</param>
    /// <param name="maxThreads">The most threads to use; 0: one for each processor.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public double MeasureRelativeError(DenseMatrix<T> coefficients, DenseMatrix<T> basis, int maxThreads = 0)
    {
        ArgumentNullException.ThrowIfNull(coefficients);
        ArgumentNullException.ThrowIfNull(basis);
        if (coefficients.Rows != Samples || basis.Rows != Features || coefficients.Columns != basis.Columns)
            throw new ArgumentException(
                $"Data of {Samples} x {Features} do not fit coefficients of {coefficients.Rows} x {coefficients.Columns} "
                + $"and a basis of {basis.Rows} x {basis.Columns}.");
        return MeasureRelativeError(Panel<T>.From(coefficients), Panel<T>.From(basis), maxThreads);
    }

    internal double MeasureRelativeError(Panel<T> coefficients, Panel<T> basis, int maxThreads) =>
        SquaredNorm > 0 ? Math.Sqrt(Math.Max(0, ResidualSquaredNorm(coefficients, basis, maxThreads)) / SquaredNorm) : 0;

    /// <summary>product = X · right, with right features × rank. Every row of the product is written.</summary>
    internal abstract void Multiply(Panel<T> right, Panel<T> product, int maxThreads);

    /// <summary>product = Xᵀ · right, with right samples × rank. Every row of the product is written.</summary>
    internal void TransposeMultiply(Panel<T> right, Panel<T> product, int maxThreads)
    {
        product.Clear();
        AddTransposeMultiply(right, product, maxThreads);
    }

    /// <summary>product += Xᵀ · right.</summary>
    internal abstract void AddTransposeMultiply(Panel<T> right, Panel<T> product, int maxThreads);

    /// <summary>‖scale·X − C·Bᵀ‖², from the factors themselves and not from products kept while fitting.</summary>
    internal abstract double ResidualSquaredNorm(Panel<T> coefficients, Panel<T> basis, int maxThreads, double scale = 1);

    private protected static ArgumentException Bad(T value, long row, long feature) =>
        new($"The value at row {row}, feature {feature} is {value}; non-negative matrix factorisation needs finite values of at least 0.");
}
