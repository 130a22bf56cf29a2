using System.Numerics;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>What is written where nothing is projected: the vectors as they were.</summary>
internal sealed unsafe class UnchangedWriter<T>(Group<T> group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <returns>How many entries are not zero.</returns>
    public long Write(in Section section, in Chunk chunk, int worker)
    {
        ref readonly var source = ref group.Division.Sources[section.Source];
        var kept = 0L;
        if (section.Panel)
        {
            for (var row = chunk.Start; row < chunk.Start + chunk.Length; row++)
            {
                var offset = source.Offset(section.First, row);
                kept += Copy(new(source.Source + offset, null, section.Count, 1, 1), source.Destination + offset);
            }
            return kept;
        }
        for (var k = 0; k < section.Count; k++)
        {
            var row = group.Rows.Part(section, k, chunk, worker);
            var destination = source.Destination + source.Offset(section.First + k, chunk.Start);
            if (source.Layout.ElementStride == 1 || row.Length < 2) kept += Copy(row, destination);
            else
            {
                for (var j = 0; j < row.Length; j++) destination[j * source.Layout.ElementStride] = row.Values[j];
                kept += NonZeros(row);
            }
        }
        return kept;
    }

    /// <summary>Copies contiguous entries, unless they are there already.</summary>
    /// <returns>How many are not zero.</returns>
    public static long Copy(in Entries<T> row, T* destination)
    {
        if (row.Values != destination) new ReadOnlySpan<T>(row.Values, row.Length).CopyTo(new(destination, row.Length));
        return NonZeros(row);
    }

    private static long NonZeros(in Entries<T> row) => (long)ThresholdSums.Of<T, Plain>(row, 0).W;
}
