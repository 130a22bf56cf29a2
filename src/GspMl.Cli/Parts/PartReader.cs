using System.Numerics;
using GspMl.Factorization;

namespace GspMl.Cli.Parts;

/// <summary>Ranges of rows that may lie in several files.</summary>
internal static class PartReader
{
    /// <summary>All rows of a set.</summary>
    public static DataMatrix<T> Read<T>(PartSet set)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Read<T>(set, 0, set.Rows);

    /// <summary>Rows from <paramref name="first"/> up to <paramref name="end"/>.</summary>
    public static DataMatrix<T> Read<T>(PartSet set, long first, long end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pieces = new List<DataMatrix<T>>();
        var start = 0L;
        foreach (var part in set.Parts)
        {
            var (from, to) = (Math.Max(first, start), Math.Min(end, start + part.Rows));
            if (from < to) pieces.AddRange(PartFile.Of(part.Path).Read<T>(from - start, to - from));
            start += part.Rows;
        }
        return pieces.Count == 1 ? pieces[0] : new StackedData<T>(pieces);
    }
}
