using GspMl.Onnx.Models;
using GspMl.Onnx.Wire;
using GspMl.Onnx.Writing;

namespace GspMl.Onnx.Shrinking.Cutting;

/// <summary>
/// External data whose tensors became smaller: new places for all tensors, in their order and as well aligned as they were.
/// </summary>
internal sealed class ExternalLayout(OnnxModel model)
{
    private const long MostAlignment = 4096;

    private readonly Dictionary<TensorLocation, ReadOnlyMemory<byte>> contents = [];

    public void Replace(TensorLocation tensor, ReadOnlyMemory<byte> elements) => contents[tensor] = elements;

    /// <summary>A tensor that is not cut.</summary>
    /// <exception cref="OnnxModelException">Its data cannot be read.</exception>
    public void Keep(TensorLocation tensor)
    {
        if (ElementFormat.SizeOf(tensor.ElementType) > 0) { contents[tensor] = model.Elements.Bytes(tensor); return; }
        model.Elements.Named(tensor, () =>
        {
            var place = ExternalData.Of(tensor.Proto);
            var bytes = new byte[place.Length ?? throw new InvalidDataException("its external data has no length")];
            using var file = RegularFile.Open(DataFile.Find(model.File, place.Location));
            ExactRead.Fill(file, place.Offset, bytes);
            contents[tensor] = bytes;
        });
    }

    /// <summary>Writes the new places into the model file.</summary>
    public void Relocate(WireSplice splice)
    {
        foreach (var file in contents.Keys.Select(tensor => (Tensor: tensor, Place: ExternalData.Of(tensor.Proto)))
            .GroupBy(t => t.Place.Location))
        {
            var end = 0L;
            foreach (var (tensor, place) in file.OrderBy(t => t.Place.Offset))
            {
                var alignment = Math.Min(MostAlignment, place.Offset & -place.Offset) is var lowest && lowest > 0 ? lowest : MostAlignment;
                var offset = (end + alignment - 1) / alignment * alignment;
                TensorSplice.Place(splice, model.File, tensor, offset, contents[tensor].Length);
                end = offset + contents[tensor].Length;
            }
        }
    }

    /// <summary>The elements as edits of the smaller model.</summary>
    public ModelEdits Edits(OnnxModel smaller)
    {
        var edits = new ModelEdits();
        var byName = smaller.Tensors.ToDictionary(tensor => tensor.Name);
        foreach (var (tensor, elements) in contents) edits.Set(byName[tensor.Name], elements);
        return edits;
    }
}
