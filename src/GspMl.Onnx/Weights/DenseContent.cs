using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Wire;

namespace GspMl.Onnx.Weights;

/// <summary>A model with dense initializers in its main graph in place of sparse ones: what it computes stays.</summary>
internal static class DenseContent
{
    /// <summary>The model; itself where nothing in it is stored sparse, or in a type that is not read.</summary>
    /// <exception cref="OnnxModelException">A sparse tensor contradicts itself, or is too large.</exception>
    public static ModelContent Of(ModelContent model)
    {
        var graph = model.Proto.Graph;
        var dense = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var places = graph.SparseInitializer.Zip(model.File.Root.Child(OnnxField.ModelGraph).ChildrenOf(OnnxField.GraphSparseInitializer))
            .Where(sparse => ElementFormat.SizeOf((TensorElementType)sparse.First.Values.DataType) > 0
                && !dense.Contains(sparse.First.Values.Name))
            .Select(sparse => sparse.Second).ToList();
        if (places.Count == 0) return model;
        var splice = new WireSplice(model.File.Bytes);
        foreach (var place in places) Replace(splice, model.File, place);
        if (splice.Length > Array.MaxLength) throw new OnnxModelException($"{model.Path}: it is too large with its sparse tensors dense.");
        return Edited(ModelContent.Of(ModelFile.Rewritten(model.File, splice.ToArray())), model);
    }

    private static void Replace(WireSplice splice, ModelFile file, WireMessage place)
    {
        // The parsed model is without large data.
        var sparse = SparseTensorProto.Parser.ParseFrom(file.Bytes.Span[place.Field.BodyStart..place.Field.End]);
        try
        {
            splice.Replace(place.Parent!, place.Field.Start, place.Field.End,
                Varint.EncodeField(OnnxField.GraphInitializer, SparseElements.Dense(sparse).ToByteArray()));
        }
        catch (InvalidDataException e)
        {
            throw new OnnxModelException($"{file.Path}, sparse tensor '{sparse.Values.Name}': {e.Message}", e);
        }
    }

    /// <summary>What earlier changes made of the tensors, which have other places now.</summary>
    private static ModelContent Edited(ModelContent dense, ModelContent model)
    {
        var edits = new ModelEdits();
        var places = dense.Tensors.ToDictionary(tensor => tensor.Name);
        foreach (var tensor in model.Edits.Tensors) edits.Set(places[tensor.Name], model.Edits[tensor].ToMemory());
        return dense.WithThreads(model.Elements.MaxThreads).With(edits);
    }
}
