using System.Numerics;

namespace GspMl.Factorization;

/// <summary>Rows that can be read again and again, as many as there may be: data larger than memory.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IRowSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of values in a row.</summary>
    int Features { get; }

    /// <summary>Starts a new pass from the first row. Every pass must give the same rows in the same order.</summary>
    IRowReader<T> Open();
}

/// <summary>One pass over the rows of an <see cref="IRowSource{T}"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IRowReader<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Fills the buffer with whole rows, row-major.</summary>
    /// <param name="rows">Room for a whole number of rows.</param>
    /// <returns>The number of rows written; 0 only after the last row.</returns>
    int Read(Span<T> rows);
}
