using Microsoft.ML.OnnxRuntime;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Training.Data;

/// <summary>The values of one input of a model, as bytes.</summary>
/// <param name="Name">The input.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">The shape of one row, its first axis that of rows; or of all, where every batch gets the same.</param>
/// <param name="Rows">One array for each row; a single one where every batch gets the same.</param>
/// <param name="IsPerRow">Whether rows differ.</param>
internal sealed record StoredInput(string Name, OrtType Type, long[] Shape, byte[][] Rows, bool IsPerRow)
{
    /// <summary>Whether the rows can be varied: numbers, not ids or masks.</summary>
    public bool IsReal => IsPerRow && Type == OrtType.Float;

    /// <summary>The shape of a batch.</summary>
    public long[] BatchShape(int rows) => IsPerRow ? [rows * Shape[0], .. Shape[1..]] : Shape;

    /// <summary>Copies a value out of ONNX Runtime.</summary>
    public static byte[] Bytes(OrtValue value) => value.GetTensorMutableRawData().ToArray();
}
