using GspMl.Onnx.Models;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Shrinking.Cutting;

/// <summary>
/// The elements of an external tensor at the positions that stay: read, cut and written some rows of its first axis at a time, so that no
/// more of it is in memory.
/// </summary>
/// <param name="file">The model file.</param>
/// <param name="tensor">The tensor, as it lies on disk.</param>
/// <param name="kept">For each axis the positions that stay, ascending; null for all.</param>
internal sealed class CutElements(ModelFile file, TensorLocation tensor, IReadOnlyList<IReadOnlyList<int>?> kept) : SpliceContent
{
    private const long PieceBytes = 4 << 20;

    private readonly ElementReader elements = new(file, ModelEdits.None, 1);
    private readonly int size = StoredElements.SizeOf(tensor.Proto);

    public override long Length { get; } = tensor.Shape.Select((extent, k) => kept[k]?.Count ?? extent)
        .Aggregate((long)StoredElements.SizeOf(tensor.Proto), (product, extent) => product * extent);

    /// <exception cref="OnnxModelException">The elements cannot be read; the message names file and tensor.</exception>
    public override void WriteTo(Stream target)
    {
        if (Length == 0) return;
        using var source = new ElementBytes(elements, tensor);
        var (rows, rowBytes) = ((int)tensor.Shape[0], checked((int)(tensor.ByteCount / tensor.Shape[0])));
        var most = (int)Math.Clamp(PieceBytes / rowBytes, 1, rows);
        var buffer = GC.AllocateUninitializedArray<byte>(most * rowBytes);
        for (var first = 0; first < rows; first += most)
        {
            var count = Math.Min(most, rows - first);
            if (Within(first, count) is { Count: 0 }) continue;
            target.Write(Cut(source.Read((long)first * rowBytes, count * rowBytes, buffer), first, count));
        }
    }

    /// <summary>Of rows [first, first + count) those that stay, counted from the first; null for all.</summary>
    private List<int>? Within(int first, int count)
        => kept[0] is { } rows ? [.. rows.Where(row => row >= first && row < first + count).Select(row => row - first)] : null;

    private ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> piece, int first, int count)
    {
        long[] shape = [count, .. tensor.Shape.Skip(1)];
        for (var k = 0; k < shape.Length; k++)
            if ((k == 0 ? Within(first, count) : kept[k]) is { } positions && positions.Count < shape[k])
                piece = StoredElements.Cut(piece, shape, k, positions, size);
        return piece;
    }
}
