namespace GspMl.Onnx.Wire;

/// <summary>
/// Replaces pieces of a file's bytes and leaves all others as they are. Where a piece changes its size, only the
/// lengths of the messages around it are written anew; so unknown fields, their order and every unusual but
/// valid encoding survive.
/// </summary>
internal sealed class WireSplice(ReadOnlyMemory<byte> source)
{
    private readonly List<Piece> pieces = [];

    private readonly record struct Piece(WireMessage Owner, int Start, int End, SpliceContent Content)
    {
        public long Growth => Content.Length - (End - Start);
    }

    /// <summary>Replaces bytes [start, end) of the source, which lie directly in <paramref name="owner"/>.</summary>
    public void Replace(WireMessage owner, int start, int end, ReadOnlyMemory<byte> content)
        => Replace(owner, start, end, new BytesContent(content));

    /// <inheritdoc cref="Replace(WireMessage, int, int, ReadOnlyMemory{byte})"/>
    public void Replace(WireMessage owner, int start, int end, SpliceContent content) => pieces.Add(new(owner, start, end, content));

    /// <summary>Adds fields at a message's end.</summary>
    public void Append(WireMessage owner, ReadOnlyMemory<byte> fields) => Replace(owner, owner.Field.End, owner.Field.End, fields);

    /// <summary>Takes a field out.</summary>
    public void Remove(WireMessage owner, WireField field) => Replace(owner, field.Start, field.End, ReadOnlyMemory<byte>.Empty);

    /// <summary>The size of what <see cref="WriteTo"/> writes, in bytes.</summary>
    public long Length => source.Length + Edits().Sum(edit => edit.Growth);

    /// <summary>Writes the source with all replacements made. Linear in the file's size.</summary>
    public void WriteTo(Stream target)
    {
        var at = 0;
        foreach (var edit in Edits().OrderBy(e => e.Start).ThenBy(e => e.End))
        {
            target.Write(source.Span[at..edit.Start]);
            edit.Content.WriteTo(target);
            at = edit.End;
        }
        target.Write(source.Span[at..]);
    }

    /// <summary>The whole result in memory.</summary>
    public byte[] ToArray()
    {
        var buffer = GC.AllocateUninitializedArray<byte>(checked((int)Length));
        using var stream = new MemoryStream(buffer);
        WriteTo(stream);
        return buffer;
    }

    /// <summary>The replacements, and those of the lengths around them, from the innermost message outwards.</summary>
    private IEnumerable<Piece> Edits()
    {
        var growth = new Dictionary<WireMessage, long>();
        foreach (var piece in pieces)
        {
            growth[piece.Owner] = growth.GetValueOrDefault(piece.Owner) + piece.Growth;
            yield return piece;
        }
        for (var depth = growth.Keys.Select(Depth).DefaultIfEmpty().Max(); depth > 0; depth--)
        {
            foreach (var message in growth.Keys.Where(m => Depth(m) == depth && growth[m] != 0).ToList())
            {
                var parent = message.Parent!;
                var length = LengthField(message, growth[message]);
                growth[parent] = growth.GetValueOrDefault(parent) + growth[message] + length.Growth;
                yield return length;
            }
        }
    }

    private static Piece LengthField(WireMessage message, long growth)
    {
        var field = message.Field;
        var length = field.End - field.BodyStart + growth;
        return new(message.Parent!, field.LengthStart, field.BodyStart, new BytesContent(Varint.Encode((ulong)length)));
    }

    private static int Depth(WireMessage message) => message.Parent is { } parent ? Depth(parent) + 1 : 0;
}
