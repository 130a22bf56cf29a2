#pragma warning disable CA1720 // The names are ONNX's own.

namespace GspMl.Onnx;

/// <summary>The number type of a tensor's elements, by ONNX's own numbers.</summary>
public enum TensorElementType
{
    /// <summary>Not told.</summary>
    Undefined = 0,

    /// <summary>IEEE 754 single precision.</summary>
    Float32 = 1,

    /// <summary>Unsigned byte; as a weight, the quantized input of DequantizeLinear.</summary>
    UInt8 = 2,

    /// <summary>Signed byte; as a weight, the quantized input of DequantizeLinear.</summary>
    Int8 = 3,

    /// <summary>IEEE 754 half precision.</summary>
    Float16 = 10,

    /// <summary>IEEE 754 double precision.</summary>
    Float64 = 11,

    /// <summary>The upper half of single precision.</summary>
    BFloat16 = 16,
}

/// <summary>Where a tensor's values lie.</summary>
public enum TensorStorage
{
    /// <summary>As bytes in the model file (raw_data).</summary>
    Raw,

    /// <summary>As numbers in the model file (float_data, int32_data, double_data).</summary>
    Typed,

    /// <summary>In a file beside the model (external_data).</summary>
    External,
}
