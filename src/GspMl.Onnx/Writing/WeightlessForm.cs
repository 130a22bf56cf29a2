using Google.Protobuf;
using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Writing;

/// <summary>
/// A model file of the same graph whose large external initializers are inputs of the same type and shape: ONNX Runtime judges the graph by
/// it without room for data that it would not look at.
/// </summary>
internal static class WeightlessForm
{
    // External data that ONNX Runtime may map into memory: what it maps counts as memory that a process can write to.
    private const long MostMapped = 128L << 20;

    private const long LargeTensor = 64L << 10;

    /// <summary>The file's bytes; null for a model without so much external data, or with some that is no initializer of the main
    /// graph.</summary>
    /// <exception cref="OnnxModelException">A small tensor's data cannot be read.</exception>
    public static byte[]? Of(ModelContent model)
    {
        var external = model.Tensors.Where(tensor => tensor.Storage == TensorStorage.External).ToHashSet();
        if (external.Sum(tensor => tensor.ByteCount) <= MostMapped) return null;
        var form = ModelProto.Parser.ParseFrom(model.File.Bytes.Span);
        var pairs = model.Proto.Graph.Initializer.Select(model.Locate).Zip(form.Graph.Initializer)
            .Where(pair => external.Contains(pair.First)).ToList();
        if (pairs.Count < external.Count) return null;
        var inputs = form.Graph.Input.Select(input => input.Name).ToHashSet();
        foreach (var (location, tensor) in pairs)
        {
            if (location.ByteCount < LargeTensor) Store(model, location, tensor);
            else
            {
                form.Graph.Initializer.Remove(tensor);
                if (inputs.Add(tensor.Name)) form.Graph.Input.Add(Input(tensor));
            }
        }
        return form.ToByteArray();
    }

    private static void Store(ModelContent model, TensorLocation location, TensorProto tensor)
    {
        ReadOnlyMemory<byte> elements = default;
        model.Elements.Named(location, () => elements = new ExternalElements(model.File, location).ToMemory());
        tensor.RawData = UnsafeByteOperations.UnsafeWrap(elements);
        tensor.ExternalData.Clear();
        tensor.ClearDataLocation();
    }

    private static ValueInfoProto Input(TensorProto tensor)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(tensor.Dims.Select(extent => new TensorShapeProto.Types.Dimension { DimValue = extent }));
        return new() { Name = tensor.Name, Type = new() { TensorType = new() { ElemType = tensor.DataType, Shape = shape } } };
    }
}
