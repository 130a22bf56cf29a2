using GspMl.Onnx.Models;

namespace GspMl.Onnx.Calibration;

/// <summary>Finds what a working copy changed.</summary>
internal static class ModelChanges
{
    /// <summary>Every floating-point tensor as the working copy holds it, where that differs from the model.</summary>
    public static ModelEdits Between(OnnxModel model, WorkingModel working)
    {
        var edits = new ModelEdits();
        foreach (var tensor in model.Tensors.Where(tensor => ElementFormat.SizeOf(tensor.ElementType) > 0))
        {
            var bytes = working[tensor].RawData.Memory;
            if (bytes.Length > 0 && !bytes.Span.SequenceEqual(model.Elements.Bytes(tensor).Span)) edits.Set(tensor, bytes);
        }
        return edits;
    }
}
