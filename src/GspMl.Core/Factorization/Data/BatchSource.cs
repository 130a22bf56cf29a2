using System.Numerics;

namespace GspMl.Factorization;

/// <summary>
/// Data larger than memory, as matrices of some rows each, dense or sparse, that follow one another and can be read again and again.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public interface IBatchSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of values in a row.</summary>
    int Features { get; }

    /// <summary>
    /// One pass. Every pass must give the same rows in the same order and cut in the same places. A batch is used before the next is asked
    /// for, which may reuse its memory.
    /// </summary>
    IEnumerable<DataMatrix<T>> Read();
}
