using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Evaluation.Layers;

/// <summary>Tensors of one batch by name.</summary>
/// <param name="tensors">The tensors; freed together.</param>
/// <param name="batch">The rows that were run.</param>
/// <param name="rows">Those that count; the others only filled a fixed batch up.</param>
/// <param name="mask">Which positions of the rows hold something; null where the model is not told.</param>
internal sealed class TensorSet(Dictionary<string, OrtValue> tensors, int batch, int rows, PositionMask? mask) : IDisposable
{
    public OrtValue this[string tensor] => tensors[tensor];

    /// <summary>What all of them take, in bytes, at four bytes a value.</summary>
    public long Bytes => tensors.Values.Where(value => value.IsTensor).Sum(value
        => value.GetTensorTypeAndShape().ElementCount * sizeof(float));

    /// <summary>ONNX's number for a tensor's number type.</summary>
    public static int TypeOf(OrtValue value) => (int)value.GetTensorTypeAndShape().ElementDataType;

    /// <summary>The values of the rows that count, zeros where there is filling; of float32 they are not copied else.</summary>
    /// <exception cref="NotSupportedException">The tensor is not of a floating-point type.</exception>
    public ReadOnlySpan<float> Read(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var values = mask is not null ? mask.Cleared(FloatTensor.Of(value)).Values
            : info.ElementDataType == OrtType.Float ? value.GetTensorDataAsSpan<float>() : FloatTensor.Of(value).Values;
        return rows == batch || info.Shape.Length == 0 || info.Shape[0] != batch ? values : values[..(values.Length / batch * rows)];
    }

    public void Dispose()
    {
        foreach (var value in tensors.Values) value.Dispose();
    }
}
