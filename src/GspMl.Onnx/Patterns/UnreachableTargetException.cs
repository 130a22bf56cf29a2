namespace GspMl.Onnx.Patterns;

/// <summary>More zeros are asked for than a pattern can have.</summary>
internal sealed class UnreachableTargetException(SparsityPattern pattern, double wanted, double most)
    : Exception($"{wanted:P2} zeros are out of reach of {pattern}, which leave something of each layer: {most:P2} is the most, the target "
        + $"{Math.Floor(most * 1e4) / 1e4}.")
{
}
