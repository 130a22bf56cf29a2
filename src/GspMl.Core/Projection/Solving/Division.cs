using System.Numerics;
using System.Runtime.InteropServices;

namespace GspMl.Projection;

/// <summary>A group divided into sections and chunks.</summary>
internal sealed class Division<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Entries of a chunk: what is read twice in a row is then still in a core's cache.</summary>
    public const int ChunkEntries = 1 << 16;

    private const int PanelColumns = 512;

    private readonly List<VectorSource<T>> sources = [];
    private readonly List<Section> sections = [];
    private readonly List<Chunk> chunks = [];

    public ReadOnlySpan<VectorSource<T>> Sources => CollectionsMarshal.AsSpan(sources);

    public ReadOnlySpan<Section> Sections => CollectionsMarshal.AsSpan(sections);

    public ReadOnlySpan<Chunk> Chunks => CollectionsMarshal.AsSpan(chunks);

    public int Vectors { get; private set; }

    public long Entries { get; private set; }

    public int Slots { get; private set; }

    public void Clear()
    {
        sources.Clear();
        sections.Clear();
        chunks.Clear();
        (Vectors, Entries, Slots) = (0, 0, 0);
    }

    public void Add(in VectorSource<T> source)
    {
        sources.Add(source);
        var (count, length) = (source.Layout.Count, source.Layout.Length);
        if ((long)Vectors + count > Array.MaxLength / 8) throw new ArgumentException($"A group can hold {Array.MaxLength / 8} vectors; it has more.");
        if (source.IsInterleaved) AddPanels(source, count, length);
        else if (length <= ChunkEntries) AddWhole(source, count, length);
        else AddLong(source, count, length);
        Entries += (long)count * length;
    }

    private void AddWhole(in VectorSource<T> source, int count, int length)
    {
        var together = ChunkEntries / Math.Max(length, 8);
        for (var first = 0; first < count; first += together) AddSection(source, first, Math.Min(together, count - first), Math.Max(length, 1));
    }

    private void AddLong(in VectorSource<T> source, int count, int length)
    {
        for (var first = 0; first < count; first++) AddSection(source, first, 1, ChunkEntries);
    }

    private void AddPanels(in VectorSource<T> source, int count, int length)
    {
        var panels = (count + PanelColumns - 1) / PanelColumns;
        for (var panel = 0; panel < panels; panel++)
        {
            var (from, to) = ((int)((long)panel * count / panels), (int)((panel + 1L) * count / panels));
            AddSection(source, from, to - from, ChunkEntries / (to - from));
        }
    }

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
            chunks.Add(new(sections.Count, start, Math.Min(partLength, length - start), Slots));
            Slots += count;
        }
        sections.Add(section);
        Vectors += count;
    }
}
