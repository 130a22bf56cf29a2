using System.Numerics;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Distributed;

/// <summary>Where the rows of shards come from and their coefficients go: each worker reads and writes those of its own shards.</summary>
public interface IShardRows
{
    /// <summary>Reads the rows of one shard; called again where a shard is made again.</summary>
    /// <param name="data">What the run says of its data.</param>
    /// <param name="shard">The number of the shard, from 0.</param>
    /// <param name="shards">The number of shards.</param>
    ShardRows<T> Read<T>(string data, int shard, int shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Writes the coefficients of one shard; may be called again with the same ones.</summary>
    /// <param name="output">What the run says of its output.</param>
    /// <param name="shard">The number of the shard, from 0.</param>
    /// <param name="coefficients">Rows of the shard × rank.</param>
    void Write<T>(string output, int shard, DenseMatrix<T> coefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>The rows of a shard.</summary>
/// <param name="Data">The rows, in memory or streamed.</param>
/// <param name="FirstRow">The number of the first in the whole of the data, from 0.</param>
public sealed record ShardRows<T>(DataMatrix<T> Data, long FirstRow)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
