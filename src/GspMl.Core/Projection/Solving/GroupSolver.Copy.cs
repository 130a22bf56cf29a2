using GspMl.Projection.Kernels;

namespace GspMl.Projection;

/// <summary>What is written where nothing is projected: the vectors as they were, or a mask.</summary>
internal sealed unsafe partial class GroupSolver<T>
{
    private long Copy(in Section section, in Chunk chunk, int worker)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var kept = 0L;
        if (section.Panel)
        {
            for (var row = chunk.Start; row < chunk.Start + chunk.Length; row++)
            {
                var offset = source.Offset(section.First, row);
                kept += CopyRow(new(source.Source + offset, null, section.Count, 1, 1), source.Destination + offset);
            }
            return kept;
        }
        for (var k = 0; k < section.Count; k++)
        {
            var row = Row(section, k, chunk, worker);
            var destination = source.Destination + source.Offset(section.First + k, chunk.Start);
            if (source.Layout.ElementStride == 1 || row.Length < 2) kept += CopyRow(row, destination);
            else
            {
                for (var j = 0; j < row.Length; j++) destination[j * source.Layout.ElementStride] = row.Values[j];
                kept += NonZeros(row);
            }
        }
        return kept;
    }

    private static long CopyRow(in Entries<T> row, T* destination)
    {
        if (row.Values != destination) new ReadOnlySpan<T>(row.Values, row.Length).CopyTo(new(destination, row.Length));
        return NonZeros(row);
    }

    private static long NonZeros(in Entries<T> row) => (long)ThresholdSums.Of<T, Plain>(row, 0).W;

    private long WriteMask(in Section section, in Chunk chunk, int worker)
    {
        ref readonly var source = ref division.Sources[section.Source];
        var kept = 0L;
        for (var k = 0; k < section.Count; k++)
        {
            var (v, row) = (section.Vector + k, Row(section, k, chunk, worker));
            var whole = !section.Defined || table.Largest[v] == 0 || solution.Ending == ProjectionEnding.Unchanged;
            for (var j = 0; j < row.Length; j++)
            {
                var inside = whole ? row.Values[j] != T.Zero
                    : (row.Excess(j, table.Tau[v]) > 0 && table.TieShare[v] is not 0) || (table.OneHot[v] == chunk.Start + j && table.OneHotValue[v] != 0);
                source.Mask[source.Offset(section.First + k, chunk.Start + j)] = inside;
                if (inside) kept++;
            }
        }
        return kept;
    }
}
