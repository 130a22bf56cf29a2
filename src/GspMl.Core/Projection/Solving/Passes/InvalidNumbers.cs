using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>Refusing what is not valid, by name.</summary>
internal static unsafe class InvalidNumbers
{
    public static ArgumentException Entry<T>(in Entries<T> row, int vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var j = 0; j < row.Length; j++)
        {
            if (!T.IsFinite(row.Values[j])) return new($"Entry {j} of vector {vector} is {row.Values[j]}; entries must be finite.");
        }
        return new($"An entry of vector {vector} is not finite.");
    }

    public static ArgumentException Weight<T>(in Entries<T> row, int vector)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var j = 0; j < row.Length; j++)
        {
            if (!(row.Weights[j] >= T.Zero) || T.IsInfinity(row.Weights[j]))
                return new($"Weight {j} of vector {vector} is {row.Weights[j]}; weights must be finite and at least 0.");
        }
        return new($"A weight of vector {vector} is not valid.");
    }

    public static ArgumentException AllWeightsZero(int vector) =>
        new($"All weights of vector {vector} are 0; at least one must be positive.");
}
