using System.Numerics;

namespace GspMl.Projection.Solving;

/// <summary>Writes which entries are kept instead of what they become.</summary>
internal sealed unsafe class MaskWriter<T>(Group<T> group)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly VectorTable table = group.Table;

    /// <param name="section">The section.</param>
    /// <param name="chunk">The part of it.</param>
    /// <param name="isUnchanged">Whether all vectors stay as they are.</param>
    /// <param name="worker">The thread's number.</param>
    /// <returns>How many entries are kept.</returns>
    public long Write(in Section section, in Chunk chunk, bool isUnchanged, int worker)
    {
        ref readonly var source = ref group.Division.Sources[section.Source];
        var kept = 0L;
        for (var k = 0; k < section.Count; k++)
        {
            var (v, row) = (section.Vector + k, group.Rows.Part(section, k, chunk, worker));
            var whole = !section.Defined || table.Largest[v] == 0 || isUnchanged;
            for (var j = 0; j < row.Length; j++)
            {
                var inside = whole ? row.Values[j] != T.Zero
                    : (row.Excess(j, table.Tau[v]) > 0 && table.TieShare[v] is not 0)
                        || (table.OneHot[v] == chunk.Start + j && table.OneHotValue[v] != 0);
                source.Mask[source.Offset(section.First + k, chunk.Start + j)] = inside;
                if (inside) kept++;
            }
        }
        return kept;
    }
}
