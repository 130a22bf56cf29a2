using System.Numerics;

namespace GspMl.Factorization;

/// <summary>Batches times 4⁻ⁿ.</summary>
internal sealed class ScaledBatches<T>(IBatchSource<T> source, int halvings) : IBatchSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Features => source.Features;

    public IEnumerable<DataMatrix<T>> Read() => source.Read().Select(batch => new ScaledData<T>(batch, halvings));
}
