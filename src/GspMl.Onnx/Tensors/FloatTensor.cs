using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Tensors;

/// <summary>A floating-point tensor in managed memory, row-major.</summary>
internal sealed record FloatTensor(float[] Values, long[] Shape)
{
    /// <summary>Copies a tensor out of ONNX Runtime.</summary>
    /// <exception cref="NotSupportedException">The tensor is not of a floating-point type.</exception>
    public static FloatTensor Of(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var values = new float[info.ElementCount];
        switch (info.ElementDataType)
        {
            case OrtType.Float: value.GetTensorDataAsSpan<float>().CopyTo(values); break;
            case OrtType.Double: TensorPrimitives.ConvertTruncating(value.GetTensorDataAsSpan<double>(), values); break;
            case OrtType.Float16:
                TensorPrimitives.ConvertToSingle(System.Runtime.InteropServices.MemoryMarshal.Cast<Float16,
                Half>(value.GetTensorDataAsSpan<Float16>()), values); break;
            default: throw new NotSupportedException($"a tensor of type {info.ElementDataType} is not read as numbers");
        }
        return new(values, info.Shape);
    }

    /// <summary>Whether <see cref="Of"/> reads the value.</summary>
    public static bool IsReadable(OrtValue value)
        => value.IsTensor && value.GetTensorTypeAndShape().ElementDataType is OrtType.Float or OrtType.Double or OrtType.Float16;
}
