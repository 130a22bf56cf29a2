using System.Runtime.InteropServices;
using GspMl.Projection.Kernels;
using GspMl.Threading;

namespace GspMl.Projection.Solving;

/// <summary>Which entries are drawn, and fetching them.</summary>
internal sealed unsafe partial class GroupSample<T>
{
    private const int Vectors = 128, FewVectors = 6, Block = 64, FewEntries = 1 << 11, LeastEntries = 1 << 13,
        MostEntries = 1 << 18;

    /// <summary>Entries of a column that are fetched before the next column's: their rows of the matrix are then at hand.</summary>
    private const int RowsAtOnce = 8;

    /// <summary>
    /// Columns side by side that are drawn together, where each entry of one alone would be a line of memory: they are then a quarter.
    /// </summary>
    private const int Neighbours = 4;

    /// <summary>Groups of so many entries are near as a whole.</summary>
    private const int Near = 1 << 17;

    private readonly PinnedArray<long> order = new();
    private readonly List<Piece> pieces = [];
    private readonly List<Batch> batches = [];
    private readonly Action<int, int> fill;
    private Division<T>? division;
    private RowAccess<T>? rows;

    /// <summary>Draws the sample. Shapes that the table does not know yet are guessed from it.</summary>
    public void Draw(
        Division<T> division, RowAccess<T> rows, VectorTable table, bool unitNorm, bool scanned, double unit, Workforce force)
    {
        items.Clear();
        this.rows = rows;
        (this.division, used, drawn, vectors, guessed) = (division, 0, 0, division.Vectors, false);
        var (picks, entries) = Size(division.Entries);
        values.Reserve(2 * picks * (entries + Block));
        weights.Reserve(2 * picks * (entries + Block));
        pieces.Clear();
        Pick(picks, entries);
        Fetch(force);
        var largest = 0.0;
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
        {
            item.Largest = LargestMagnitude.Of(values.Pointer + item.Start, item.Count);
            largest = LargestMagnitude.OfTwo(largest, item.Largest);
        }
        Unit = scanned ? unit : unitNorm ? 1 : PowerOfTwo.ToRange(largest);
        foreach (ref var item in CollectionsMarshal.AsSpan(items))
            Shape(ref item, division.Sections[item.Section], table, unitNorm, scanned);
    }

    /// <summary>
    /// How many vectors, and entries of each. Of a small group few vectors are drawn whole: each costs as much as some hundred entries.
    /// </summary>
    private (int Vectors, int Entries) Size(long all)
    {
        var least = Math.Clamp(all / 8, FewEntries, LeastEntries);
        var (picks, entries) = (Math.Min(vectors, Vectors), Math.Clamp(all / 64, least, MostEntries));
        if (least < LeastEntries) picks = Math.Min(picks, Math.Max(FewVectors, entries * vectors / all));
        return ((int)picks, (int)(entries / picks));
    }

    private void Pick(int picks, int entries)
    {
        OrderByLength(division!.Sections);
        var together = Together(picks);
        var (at, passed, all) = (0, 0L, (picks + together - 1) / together);
        for (var pick = 0; pick < all; pick++)
        {
            var rank = (long)((pick + Scatter(pick)) * vectors / all);
            for (; rank >= passed + division.Sections[SectionAt(at)].Count; at++) passed += division.Sections[SectionAt(at)].Count;
            ref readonly var section = ref division.Sections[SectionAt(at)];
            // On multiples, so that all are drawn once where there are no more than are drawn.
            var first = Math.Min((int)(rank - passed) / together * together, section.Count - together);
            for (var k = 0; section.Defined && k < together; k++)
                PickVector(section, SectionAt(at), section.Vector + first + k, pick, entries, picks);
        }
    }

    /// <summary>How many vectors are drawn side by side: several only if all are interleaved, so that each counts alike.</summary>
    private int Together(int picks)
    {
        if (division!.Entries <= Near || picks < Vectors) return 1;
        foreach (ref readonly var section in division.Sections)
        {
            if (!section.Panel || section.Count < Neighbours) return 1;
        }
        return Neighbours;
    }

    private void OrderByLength(ReadOnlySpan<Section> sections)
    {
        order.Reserve(sections.Length);
        var ordered = true;
        for (var i = 0; i < sections.Length; i++)
        {
            order[i] = (long)sections[i].Length << 32 | (uint)i;
            ordered &= i == 0 || sections[i].Length >= sections[i - 1].Length;
        }
        if (!ordered) order.Span(sections.Length).Sort();
    }

    private int SectionAt(int rank) => (int)(uint)order[rank];

    /// <summary>A whole short vector, or several samples of a long one that tell how far apart they are.</summary>
    private void PickVector(in Section section, int number, int v, int pick, int entries, int picks)
    {
        drawn++;
        var vector = section.First + v - section.Vector;
        if (section.Length <= 2 * entries)
        {
            PickWhole(section, number, v, pick);
            return;
        }
        var parts = picks >= 16 ? 2 : 32 / picks;
        var blocks = Math.Max(1, entries / (Block * parts));
        for (var part = 0; part < parts; part++)
        {
            Begin(number, v, pick, section.Length, blocks * Block, whole: false);
            for (var block = 0; block < blocks; block++)
            {
                var stratum = block * parts + part;
                var (from, to) = ((long)stratum * section.Length / (blocks * parts),
                    (stratum + 1L) * section.Length / (blocks * parts) - Block);
                pieces.Add(new(section.Source, vector, (int)(from + Scatter(stratum + v) * Math.Max(0, to - from)), Block, used));
                used += Block;
            }
        }
    }

    private void PickWhole(in Section section, int number, int v, int pick)
    {
        Begin(number, v, pick, section.Length, section.Length, whole: true);
        pieces.Add(new(section.Source, section.First + v - section.Vector, 0, section.Length, used));
        used += section.Length;
    }

    private void Begin(int section, int v, int pick, int length, int count, bool whole) =>
        items.Add(new() { Section = section, Vector = v, Pick = pick, Start = used, Count = count, Whole = whole, Length = length });

    /// <summary>Fetches what was picked, on several threads if it is much.</summary>
    private void Fetch(Workforce force)
    {
        if (division!.Entries > Near) CutColumns();
        batches.Clear();
        for (var piece = 0; piece < pieces.Count; piece++) Division<T>.AddToBatch(batches, piece, pieces[piece].Count, LeastEntries);
        force.Run(batches.Count, fill);
    }

    /// <summary>Neighbours in a strided source that are drawn whole are fetched some rows at a time, all of them together.</summary>
    private void CutColumns()
    {
        var end = pieces.Count;
        for (var (first, next) = (0, 0); first < end; first = next)
        {
            var like = pieces[first];
            for (next = first + 1; next < end && pieces[next].Source == like.Source && pieces[next].Count == like.Count; next++) { }
            var strided = division!.Sources[like.Source].Layout.ElementStride > 1;
            for (var row = 0; row < like.Count; row += RowsAtOnce)
            {
                var rows = strided ? Math.Min(RowsAtOnce, like.Count - row) : like.Count;
                for (var piece = first; piece < next; piece++) pieces.Add(pieces[piece].Part(row, rows));
                if (!strided) break;
            }
        }
        pieces.RemoveRange(0, end);
    }

    private void Fill(int batch, int worker)
    {
        foreach (ref readonly var piece in CollectionsMarshal.AsSpan(pieces)[batches[batch].First..batches[batch].End])
        {
            if (IsTiled(piece))
            {
                Tiled(piece, worker);
                continue;
            }
            ref readonly var source = ref division!.Sources[piece.Source];
            var stride = source.Layout.ElementStride;
            Gather(source.Source + source.Offset(piece.Vector, piece.Start), stride, piece.Count, values.Pointer + piece.To);
            if (source.HasWeights)
                Gather(source.WeightAt(piece.Vector, piece.Start), source.SharedWeights ? 1 : stride, piece.Count,
                    weights.Pointer + piece.To);
        }
    }

    /// <summary>
    /// Whether all vectors are interleaved and few enough to be copied into one tile, as a collecting pass would do: it finds them there.
    /// </summary>
    private bool IsTiled(in Piece piece) => division!.Chunks.Length == 1 && division.Entries <= Near && division.Sections[0].Panel
        && piece.Count == division.Sections[0].Length && !ColumnSweep.IsFar<T>(division.Sources[0].Layout.ElementStride);

    private void Tiled(in Piece piece, int worker)
    {
        var row = rows!.Part(division!.Sections[0], piece.Vector, division.Chunks[0], worker);
        new ReadOnlySpan<T>(row.Values, piece.Count).CopyTo(new(values.Pointer + piece.To, piece.Count));
        if (row.Weights != null) new ReadOnlySpan<T>(row.Weights, piece.Count).CopyTo(new(weights.Pointer + piece.To, piece.Count));
    }

    private static void Gather(T* from, long stride, int count, T* to)
    {
        if (stride == 1) new ReadOnlySpan<T>(from, count).CopyTo(new(to, count));
        else for (var j = 0; j < count; j++, from += stride) to[j] = *from;
    }

    private void Shape(ref Item item, in Section section, VectorTable table, bool unitNorm, bool scanned)
    {
        var v = item.Vector;
        item.Weighted = section.Weighted;
        (item.Scale, item.WeightScale, item.WeightNorm, item.Beta, item.Rate) =
            (table.Scale[v], table.WeightScale[v], table.WeightNorm[v], table.Beta[v], table.Rate[v]);
        item.Expansion = (double)item.Length / item.Count;
        item.Root = Math.Sqrt(item.Expansion);
        if (scanned) return;
        item.Scale = PowerOfTwo.ToRange(item.Largest);
        if (section.OwnWeights)
        {
            guessed |= !item.Whole;
            item.WeightScale = PowerOfTwo.ToRange(LargestMagnitude.Of(weights.Pointer + item.Start, item.Count));
            var sums = WeightSums.Of(weights.Pointer + item.Start, item.Count, item.WeightScale);
            item.WeightNorm = Math.Sqrt(sums.Squares * item.Expansion);
            item.Beta = HoyerScale.Beta(item.WeightNorm, sums.Least);
        }
        var norm = unitNorm ? Math.Sqrt(item.Expansion * ThresholdSums.Of<T, Plain>(EntriesOf(item), 0).Q) : 0;
        guessed |= unitNorm && !item.Whole;
        item.Rate = Math.Min(1e200, item.Beta * (unitNorm ? norm : item.Scale / Unit));
    }

    /// <summary>A fixed sequence in [0,1) without the period of any data.</summary>
    private static double Scatter(int index) => (uint)(index * 2654435769L) / 4294967296.0;

    /// <summary>Neighbouring entries of one vector, and where they go.</summary>
    private readonly record struct Piece(int Source, int Vector, int Start, int Count, int To)
    {
        public Piece Part(int from, int count) => new(Source, Vector, Start + from, count, To + from);
    }
}
