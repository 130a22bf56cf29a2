using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Writing;

/// <summary>The way back from <see cref="DenseContent"/>: what was stored sparse is stored so again.</summary>
internal static class SparseAgain
{
    /// <summary>The model with those initializers of its main graph sparse that are so in the one it was made of.</summary>
    /// <param name="model">The model, of which all or some are dense.</param>
    /// <param name="source">The one it was made of.</param>
    public static ModelContent Of(ModelContent model, ModelContent source)
    {
        var dense = source.Proto.Graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var sparse = source.Proto.Graph.SparseInitializer.Select(tensor => tensor.Values.Name).Except(dense).ToHashSet();
        var tensors = model.Tensors.Where(tensor => sparse.Contains(tensor.Name)
            && tensor.Wire is { Field.Number: OnnxField.GraphInitializer, Parent.Parent.Kind: MessageKind.Model }).ToHashSet();
        if (tensors.Count == 0) return model;
        var splice = new WireSplice(model.File.Bytes);
        foreach (var tensor in tensors)
        {
            var form = SparseForm.Of(tensor, model.Elements.Bytes(tensor).Span);
            splice.Replace(tensor.Wire.Parent!, tensor.Wire.Field.Start, tensor.Wire.Field.End,
                Varint.EncodeField(OnnxField.GraphSparseInitializer, form.ToByteArray()));
        }
        var again = ModelContent.Of(ModelFile.Rewritten(model.File, splice.ToArray())).WithThreads(model.Elements.MaxThreads);
        var (edits, places) = (new ModelEdits(), again.Tensors.ToDictionary(tensor => tensor.Name));
        foreach (var tensor in model.Edits.Tensors.Where(tensor => !tensors.Contains(tensor)))
            edits.Set(places[tensor.Name], model.Edits[tensor].ToMemory());
        return again.With(edits);
    }
}
