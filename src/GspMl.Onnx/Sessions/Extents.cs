namespace GspMl.Onnx.Sessions;

/// <summary>Sizes of shapes that files declare.</summary>
internal static class Extents
{
    /// <summary>The number of elements; the largest number where there are more.</summary>
    public static long Product(IEnumerable<long> extents)
    {
        var product = UInt128.One;
        foreach (var extent in extents)
            if ((product *= (ulong)extent) > long.MaxValue) product = long.MaxValue; // times 0 it is 0 again, as it should
        return (long)product;
    }

    /// <summary>
    /// Whether values of one shape are those of the other, laid out differently: one of the two is a vector, or they differ in axes of one
    /// position alone. (An image of 224 × 224 × 3 is none of 3 × 224 × 224, although it has as many values.)
    /// </summary>
    public static bool AreFolded(IReadOnlyList<long> given, IReadOnlyList<long> wanted)
    {
        if (Product(given) != Product(wanted)) return false;
        var (from, to) = (given.Where(extent => extent != 1).ToList(), wanted.Where(extent => extent != 1).ToList());
        return from.Count <= 1 || to.Count <= 1 || from.SequenceEqual(to);
    }
}
