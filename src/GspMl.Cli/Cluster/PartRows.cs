using System.Globalization;
using System.Numerics;
using GspMl.Cli.Npy;
using GspMl.Cli.Parts;
using GspMl.Cli.Shell;
using GspMl.Distributed;
using GspMl.LinearAlgebra;

namespace GspMl.Cli.Cluster;

/// <summary>The rows of shards from files that every worker sees, and their coefficients into NPY files.</summary>
internal sealed class PartRows : IShardRows
{
    /// <summary>The file of a shard's coefficients.</summary>
    /// <param name="output">The run's output.</param>
    /// <param name="shard">From 0.</param>
    public static string PathOf(string output, int shard) => string.Create(CultureInfo.InvariantCulture, $"{output}.{shard:D5}.npy");

    /// <exception cref="InvalidDataException">A file cannot be read; the message names it.</exception>
    public ShardRows<T> Read<T>(string data, int shard, int shards)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var set = PartSet.FromJson(data);
        var (first, end) = (set.FirstRow(shard, shards), set.FirstRow(shard + 1, shards));
        try
        {
            return new(PartReader.Read<T>(set, first, end), first);
        }
        catch (CommandException e)
        {
            throw new InvalidDataException(e.Message); // a type that is known on every machine
        }
    }

    public void Write<T>(string output, int shard, DenseMatrix<T> coefficients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        NpyWriter.Write<T>(PathOf(output, shard), coefficients.Values, coefficients.Rows, coefficients.Columns);
}
