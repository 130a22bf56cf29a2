using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Which positions of a batch's rows hold something, where the model is told by a mask: sequences that were filled up to one length. What a
/// layer does with the filling is nobody's concern, and most of some data is filling.
/// </summary>
internal sealed class PositionMask
{
    private readonly bool[] isReal;

    private PositionMask(bool[] isReal, int rows) => (this.isReal, Rows, Positions) = (isReal, rows, isReal.Length / rows);

    public int Rows { get; }

    /// <summary>Positions of a row, the filling among them.</summary>
    public int Positions { get; }

    public bool IsReal(int row, int position) => isReal[(row * Positions) + position];

    /// <summary>
    /// The mask among a batch's inputs: one whose name says so, of rows × positions, of zeros and ones and not ones alone; null where there
    /// is none.
    /// </summary>
    public static PositionMask? Of(IReadOnlyDictionary<string, OrtValue> inputs)
        => inputs.Where(input => IsMask(input.Key)).Select(input => Of(input.Value))
            .FirstOrDefault(mask => mask is not null);

    /// <summary>Whether an input is a mask by its name.</summary>
    public static bool IsMask(string input) => input.Contains("mask", StringComparison.OrdinalIgnoreCase);

    private static PositionMask? Of(OrtValue value)
    {
        if (!value.IsTensor || value.GetTensorTypeAndShape().Shape is not [var rows and > 0, > 1]) return null;
        if (TensorConversion.ToFloats(value) is not { } values || values.Any(v => v is not (0 or 1)) || !values.Contains(0)) return null;
        return new([.. values.Select(v => v == 1)], (int)rows);
    }

    /// <summary>A tensor of rows × positions × …, with zeros where there is filling; any other tensor as it is.</summary>
    public FloatTensor Cleared(FloatTensor tensor)
    {
        if (tensor.Shape is not [var rows, var positions, ..] || rows != Rows || positions != Positions) return tensor;
        var (values, length) = ((float[])tensor.Values.Clone(), tensor.Values.Length / isReal.Length);
        for (var i = 0; i < isReal.Length; i++)
            if (!isReal[i]) values.AsSpan(i * length, length).Clear();
        return new(values, tensor.Shape);
    }
}
