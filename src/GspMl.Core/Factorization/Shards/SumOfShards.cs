using System.Numerics;
using System.Numerics.Tensors;

namespace GspMl.Factorization;

/// <summary>Adds up answers, field by field, in double and in their order. Its memory is used again for the next sum.</summary>
internal sealed class SumOfShards<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private double[] wide = [];
    private T[] rounded = [];

    /// <exception cref="ArgumentException">The shards differ in their features or their rank.</exception>
    public ShardSums<T> Of(IReadOnlyList<ShardSums<T>> parts) => new()
    {
        Features = Same(parts, part => part.Features, "features"),
        Samples = parts.Sum(part => part.Samples),
        StoredValues = parts.Sum(part => part.StoredValues),
        Total = Total(parts, part => part.Total),
        SquaredNorm = Total(parts, part => part.SquaredNorm),
        Alignment = Total(parts, part => part.Alignment),
        Residual = Total(parts, part => part.Residual),
        FittedGram = Total(parts, part => part.FittedGram),
        ColumnSums = Total(parts, part => part.ColumnSums),
        ColumnSquares = Total(parts, part => part.ColumnSquares),
        Gram = Total(parts, part => part.Gram),
        Product = Products(parts),
    };

    private static double Total(IReadOnlyList<ShardSums<T>> parts, Func<ShardSums<T>, double> field)
    {
        var total = 0.0;
        foreach (var part in parts) total += field(part);
        return total;
    }

    private static double[] Total(IReadOnlyList<ShardSums<T>> parts, Func<ShardSums<T>, ReadOnlyMemory<double>> field)
    {
        var total = new double[Same(parts, part => field(part).Length, "columns")];
        foreach (var part in parts) TensorPrimitives.Add(total, field(part).Span, total);
        return total;
    }

    private ReadOnlyMemory<T> Products(IReadOnlyList<ShardSums<T>> parts)
    {
        var length = Same(parts, part => part.Product.Length, "values of the product");
        if (rounded.Length != length) (wide, rounded) = (new double[length], new T[length]);
        Array.Clear(wide);
        foreach (var part in parts) Add(part.Product.Span);
        TensorPrimitives.ConvertTruncating<double, T>(wide, rounded);
        return rounded;
    }

    /// <summary>Part after part, so that what is widened stays in the first cache.</summary>
    private void Add(ReadOnlySpan<T> product)
    {
        const int PartLength = 512;
        Span<double> part = stackalloc double[PartLength];
        for (var at = 0; at < product.Length; at += PartLength)
        {
            var length = Math.Min(PartLength, product.Length - at);
            TensorPrimitives.ConvertTruncating(product.Slice(at, length), part);
            TensorPrimitives.Add(wide.AsSpan(at, length), part[..length], wide.AsSpan(at, length));
        }
    }

    private static int Same(IReadOnlyList<ShardSums<T>> parts, Func<ShardSums<T>, int> field, string name)
    {
        var first = field(parts[0]);
        for (var i = 1; i < parts.Count; i++)
        {
            if (field(parts[i]) != first)
                throw new ArgumentException($"Shard {i} has {field(parts[i])} {name}; shard 0 of its group has {first}.");
        }
        return first;
    }
}
