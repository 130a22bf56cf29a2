using System.Runtime.InteropServices;
using GspMl.Onnx;
using GspMl.Onnx.Proto;
using Element = GspMl.Onnx.Proto.TensorProto.Types.DataType;

namespace GspMl.Training.Forward;

/// <summary>Refuses a model whose stored numbers make its outputs none: a run on them would end where it began.</summary>
internal static class FiniteParameters
{
    /// <param name="model">The model.</param>
    /// <param name="graph">Its main graph as it is trained.</param>
    /// <exception cref="OnnxModelException">A weight holds NaN or infinity, or a bias, scale or shift NaN; the message names
    /// them.</exception>
    public static void Check(OnnxModel model, GraphProto graph)
    {
        var weights = model.Weights.Select(weight => weight.Name).ToHashSet();
        var read = graph.Node.SelectMany(TrainableTensors.Parameters).ToHashSet();
        foreach (var tensor in graph.Initializer)
        {
            // An infinity that is added masks positions.
            if (weights.Contains(tensor.Name)) Check(model.Path, tensor, value => !float.IsFinite(value));
            else if (read.Contains(tensor.Name)) Check(model.Path, tensor, float.IsNaN);
        }
    }

    private static void Check(string path, TensorProto tensor, Predicate<float> isBad)
    {
        if (tensor.DataType != (int)Element.Float || !tensor.HasRawData) return;
        var values = MemoryMarshal.Cast<byte, float>(tensor.RawData.Span);
        for (var i = 0; i < values.Length; i++)
            if (isBad(values[i])) throw new OnnxModelException($"{path}, tensor '{tensor.Name}': element {i} is {values[i]}.");
    }
}
