using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Evaluation.Layers;

/// <summary>Tensors of one batch by name.</summary>
/// <param name="tensors">The tensors; freed together.</param>
/// <param name="batch">The rows that were run.</param>
/// <param name="rows">Those that count; the others only filled a fixed batch up.</param>
internal sealed class TensorSet(Dictionary<string, OrtValue> tensors, int batch, int rows) : IDisposable
{
    public OrtValue this[string tensor] => tensors[tensor];

    /// <summary>What all of them take, in bytes, at four bytes a value.</summary>
    public long Bytes => tensors.Values.Where(value => value.IsTensor).Sum(value
        => value.GetTensorTypeAndShape().ElementCount * sizeof(float));

    /// <summary>ONNX's number for a tensor's number type.</summary>
    public static int TypeOf(OrtValue value) => (int)value.GetTensorTypeAndShape().ElementDataType;

    /// <summary>The values of the rows that count; null where they are no floating-point numbers.</summary>
    public FloatTensor? Values(string tensor) => Values(tensors[tensor]);

    /// <inheritdoc cref="Values(string)"/>
    public FloatTensor? Values(OrtValue value)
    {
        if (!FloatTensor.IsReadable(value)) return null;
        var read = FloatTensor.Of(value);
        return rows == batch || read.Shape.Length == 0 || read.Shape[0] != batch ? read
            : new(read.Values[..(read.Values.Length / batch * rows)], [rows, .. read.Shape[1..]]);
    }

    public void Dispose()
    {
        foreach (var value in tensors.Values) value.Dispose();
    }
}
