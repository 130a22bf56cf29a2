using GspMl.Projection;
using GspMl.Projection.Solving;

namespace GspMl.Core.Tests.Projection.Solving.Dividing;

public class DivisionTests
{
    public static TheoryData<VectorLayout> Layouts => new()
    {
        VectorLayout.Rows(1000, 257), VectorLayout.Columns(1000, 257), VectorLayout.Rows(3, 200_000), VectorLayout.Columns(9, 200_000),
        VectorLayout.Columns(3000, 40), VectorLayout.Rows(70_000, 1), VectorLayout.Rows(5, 0), new VectorLayout(200, 233, 700, 3),
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Chunks_hold_every_entry_once(VectorLayout layout) => HoldEveryEntryOnce(layout, alongRows: false);

    [Theory]
    [MemberData(nameof(Layouts))]
    public void So_do_those_to_write_by(VectorLayout layout) => HoldEveryEntryOnce(layout, alongRows: true);

    private static unsafe void HoldEveryEntryOnce(VectorLayout layout, bool alongRows)
    {
        var division = new Division<float>();
        division.Add(new(null, null, null, layout, null, 0), alongRows);
        var entries = new long[layout.Count];
        foreach (ref readonly var chunk in division.Chunks)
        {
            ref readonly var section = ref division.Sections[chunk.Section];
            for (var k = 0; k < section.Count; k++) entries[section.First + k] += chunk.Length;
            Assert.InRange(chunk.Start + chunk.Length, 0, layout.Length);
        }
        Assert.All(entries, sum => Assert.Equal(layout.Length, sum));
        Assert.Equal((layout.Count, (long)layout.Count * layout.Length), (division.Vectors, division.Entries));
    }

    [Fact]
    public unsafe void Batches_follow_one_another_to_the_last_chunk()
    {
        var division = new Division<float>();
        foreach (var layout in new[] { VectorLayout.Rows(1000, 257), VectorLayout.Rows(2, 100_000), VectorLayout.Columns(40, 90) })
            division.Add(new(null, null, null, layout, null, 0));
        var next = 0;
        foreach (ref readonly var batch in division.ChunkBatches)
        {
            Assert.Equal(next, batch.First);
            next = batch.End;
        }
        Assert.Equal(division.Chunks.Length, next);
    }
}
