using GspMl.Onnx.Calibration;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Rewriting;

/// <summary>Constants that are added to, or multiply, every position of a tensor alike.</summary>
internal static class ConstantVector
{
    /// <summary>A float vector along the last axis.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">The tensor.</param>
    /// <param name="length">Its entries.</param>
    /// <returns>Null where the tensor is not stored, or of another shape.</returns>
    public static float[]? Of(WorkingModel model, string name, int length)
        => model.Stored(name) is { } tensor && IsFloat(tensor) && tensor.Dims.LastOrDefault() == length && Count(tensor) == length
            ? [.. WorkingModel.Values(tensor).Select(value => (float)value)] : null;

    /// <summary>Whether a tensor is a stored constant of one element.</summary>
    public static bool IsScalar(WorkingModel model, string name) => model.Stored(name) is { } tensor && Count(tensor) == 1;

    private static bool IsFloat(TensorProto tensor) => tensor.DataType == (int)TensorElementType.Float32;

    private static long Count(TensorProto tensor) => tensor.Dims.Aggregate(1L, (product, extent) => product * extent);
}
