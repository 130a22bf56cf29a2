using GspMl.Onnx.Models;
using GspMl.Onnx.Wire;
using GspMl.Onnx.Writing;

namespace GspMl.Onnx.Shrinking.Cutting;

/// <summary>
/// External data whose tensors became smaller: new places for all tensors, in their order and as well aligned as they were. What lies on
/// disk as it was is read when it is written.
/// </summary>
internal sealed class ExternalLayout(OnnxModel model)
{
    private const long MostAlignment = 4096;

    private readonly Dictionary<TensorLocation, SpliceContent> contents = [];

    /// <summary>A tensor with other elements.</summary>
    public void Replace(TensorLocation tensor, ReadOnlyMemory<byte> elements) => contents[tensor] = new BytesContent(elements);

    /// <summary>A tensor of which only some positions stay.</summary>
    /// <param name="tensor">The tensor; no edit changed it.</param>
    /// <param name="kept">For each axis the positions that stay, ascending; null for all.</param>
    /// <exception cref="OnnxModelException">Its data is not there.</exception>
    public void Cut(TensorLocation tensor, IReadOnlyList<IReadOnlyList<int>?> kept)
    {
        model.Elements.CheckData([tensor]);
        contents[tensor] = new CutElements(model.File, tensor, kept);
    }

    /// <summary>A tensor that is not cut.</summary>
    /// <exception cref="OnnxModelException">Its data cannot be read.</exception>
    public void Keep(TensorLocation tensor)
    {
        if (model.Edits.TryGet(tensor, out var edited)) contents[tensor] = new BytesContent(edited);
        else
        {
            if (ElementFormat.SizeOf(tensor.ElementType) > 0) model.Elements.CheckData([tensor]);
            model.Elements.Named(tensor, () => contents[tensor] = new ExternalElements(model.File, tensor));
        }
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
        foreach (var (tensor, elements) in contents)
        {
            if (elements is BytesContent) edits.Set(byName[tensor.Name], elements.ToMemory());
            else edits.Set(byName[tensor.Name], elements);
        }
        return edits;
    }
}
