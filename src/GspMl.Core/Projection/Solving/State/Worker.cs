using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>The scratch memory of one thread.</summary>
internal sealed class Worker<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Entries found by a collecting pass in one batch.</summary>
    public Candidates<T> Found { get; } = new();

    /// <summary>What a collecting pass finds of interleaved vectors.</summary>
    public ColumnCollector<T> Columns { get; } = new();

    /// <summary>Interleaved vectors, or parts of them: those that were worked on last.</summary>
    public ColumnTile<T> Tile { get; } = new();

    /// <summary>A vector with strides of its own, gathered.</summary>
    public PinnedArray<T> Values { get; } = new();

    public PinnedArray<T> Weights { get; } = new();

    /// <summary>Its result before it is scattered.</summary>
    public PinnedArray<T> Result { get; } = new();

    /// <summary>Positions of dropped ties.</summary>
    public PinnedArray<int> Dropped { get; } = new();
}
