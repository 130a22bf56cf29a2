using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GspMl.Projection.Kernels;

namespace GspMl.Projection.Solving;

/// <summary>A group divided into sections and chunks, and these into batches that are worth a thread's turn.</summary>
internal sealed class Division<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Entries of a chunk: what is read twice in a row is then still in a core's cache.</summary>
    public const int ChunkEntries = 1 << 16;

    /// <summary>
    /// A panel holds its columns whole, and is as wide as the last cache allows: memory likes long pieces of the matrix's rows. There are
    /// several, for several threads. Where columns are too long for a panel of the least width they are cut into parts.
    /// </summary>
    private const int PanelEntries = 1 << 19, LeastPanelColumns = 64, MostPanelColumns = 1024, LongPanelColumns = 256, LeastPanels = 8;

    /// <summary>
    /// The same to write, when nothing has to be whole any more: bytes of a row, and entries. What columns are thresholded at is brought
    /// into their arithmetic once a chunk, so that it has many rows; but there have to be some chunks for each thread.
    /// </summary>
    private const int RowBytes = 1 << 15, MostRowEntries = 1 << 18, LeastRowChunks = 32;

    private readonly List<VectorSource<T>> sources = [];
    private readonly List<Section> sections = [];
    private readonly List<Chunk> chunks = [];
    private readonly List<Batch> chunkBatches = [], sectionBatches = [];

    public ReadOnlySpan<VectorSource<T>> Sources => CollectionsMarshal.AsSpan(sources);

    public ReadOnlySpan<Section> Sections => CollectionsMarshal.AsSpan(sections);

    public ReadOnlySpan<Chunk> Chunks => CollectionsMarshal.AsSpan(chunks);

    /// <summary>Neighbouring chunks that a thread takes at once, since one of a few entries is not worth the taking.</summary>
    public ReadOnlySpan<Batch> ChunkBatches => CollectionsMarshal.AsSpan(chunkBatches);

    /// <summary>The same of sections.</summary>
    public ReadOnlySpan<Batch> SectionBatches => CollectionsMarshal.AsSpan(sectionBatches);

    public int Vectors { get; private set; }

    public long Entries { get; private set; }

    public int Slots { get; private set; }

    public void Clear()
    {
        sources.Clear();
        sections.Clear();
        chunks.Clear();
        chunkBatches.Clear();
        sectionBatches.Clear();
        (Vectors, Entries, Slots) = (0, 0, 0);
    }

    /// <summary>Adds the vectors of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="alongRows">Whether interleaved vectors are cut into parts, instead of being kept whole: the way to write them.</param>
    public void Add(in VectorSource<T> source, bool alongRows = false)
    {
        sources.Add(source);
        var (count, length) = (source.Layout.Count, source.Layout.Length);
        if ((long)Vectors + count > Array.MaxLength / 8)
            throw new ArgumentException($"A group can hold {Array.MaxLength / 8} vectors; it has more.");
        if (source.IsInterleaved && alongRows) AddRows(source, count, length);
        else if (source.IsInterleaved) AddPanels(source, count, length);
        else if (length <= ChunkEntries) AddWhole(source, count, length);
        else AddLong(source, count, length);
        Entries += (long)count * length;
    }

    /// <summary>The largest of what the parts of a vector were found to hold, given by slot; infinity and NaN above all numbers.</summary>
    public double LargestOverParts(in Section section, int k, PinnedArray<double> largest)
    {
        var of = 0.0;
        for (var part = 0; part < section.Parts; part++)
            of = LargestMagnitude.OfTwo(of, largest[Chunks[section.FirstChunk + part].Slot + k]);
        return of;
    }

    private void AddWhole(in VectorSource<T> source, int count, int length)
    {
        var together = ChunkEntries / Math.Max(length, 8);
        for (var first = 0; first < count; first += together)
            AddSection(source, first, Math.Min(together, count - first), Math.Max(length, 1));
    }

    private void AddLong(in VectorSource<T> source, int count, int length)
    {
        for (var first = 0; first < count; first++) AddSection(source, first, 1, ChunkEntries);
    }

    private void AddRows(in VectorSource<T> source, int count, int length)
    {
        var columns = Math.Min(count, RowBytes / Unsafe.SizeOf<T>());
        var entries = (int)Math.Clamp((long)count * length / LeastRowChunks, ChunkEntries, MostRowEntries);
        // Rows are written four at a time.
        AddPanels(source, count, columns, Math.Max(1, entries / columns) + 3 & -4);
    }

    private void AddPanels(in VectorSource<T> source, int count, int length)
    {
        var entries = (int)Math.Clamp((long)count * length / LeastPanels, ChunkEntries, PanelEntries);
        if (length <= PanelEntries / LeastPanelColumns)
            AddPanels(source, count, Math.Clamp(entries / length, LeastPanelColumns, MostPanelColumns), length);
        else AddPanels(source, count, LongPanelColumns, entries / Math.Min(count, LongPanelColumns));
    }

    private void AddPanels(in VectorSource<T> source, int count, int columns, int partLength)
    {
        var panels = (count + columns - 1) / columns;
        for (var panel = 0; panel < panels; panel++)
        {
            var (from, to) = (PanelStart(count, panel, panels), PanelStart(count, panel + 1, panels));
            AddSection(source, from, to - from, partLength);
        }
    }

    /// <summary>The columns in equal panels, but for the rounding to whole lines of memory.</summary>
    private static int PanelStart(int count, int panel, int panels) => panel == panels ? count : (int)((long)panel * count / panels) & -16;

    private void AddSection(in VectorSource<T> source, int first, int count, int partLength)
    {
        var length = source.Layout.Length;
        var section = new Section
        {
            Source = sources.Count - 1,
            First = first,
            Vector = Vectors,
            Count = count,
            Length = length,
            PartLength = partLength,
            Parts = Math.Max(1, (length + partLength - 1) / partLength),
            FirstChunk = chunks.Count,
            Panel = source.IsInterleaved,
            Weighted = source.HasWeights,
            OwnWeights = source.HasWeights && !source.SharedWeights,
        };
        for (var part = 0; part < section.Parts; part++)
        {
            var start = part * partLength;
            var rows = Math.Min(partLength, length - start);
            AddToBatch(chunkBatches, chunks.Count, (long)count * rows, ChunkEntries);
            chunks.Add(new(sections.Count, start, rows, Slots, chunkBatches.Count - 1));
            Slots += count;
        }
        AddToBatch(sectionBatches, sections.Count, (long)count * length, ChunkEntries);
        sections.Add(section);
        Vectors += count;
    }

    /// <summary>
    /// Adds the next piece of work to the last batch, or begins a new one where that would hold more than <paramref name="most"/> entries.
    /// </summary>
    public static void AddToBatch(List<Batch> batches, int index, long entries, int most)
    {
        if (batches.Count > 0 && batches[^1] is var last && last.Entries + entries <= most)
            batches[^1] = last with { End = index + 1, Entries = last.Entries + entries };
        else batches.Add(new(index, index + 1, entries));
    }
}
