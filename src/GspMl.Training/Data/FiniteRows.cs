using System.Runtime.InteropServices;
using GspMl.Onnx;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Training.Data;

/// <summary>Refuses rows that are not numbers: one of them makes a step's loss none, and with it all weights.</summary>
internal static class FiniteRows
{
    /// <exception cref="OnnxModelException">A value is NaN or infinity as the model takes it; the message names model, input and
    /// row.</exception>
    public static void Check(string path, IReadOnlyList<StoredInput> inputs)
    {
        foreach (var input in inputs)
            for (var row = 0; row < input.Rows.Length; row++)
                if (!IsFinite(input.Type, input.Rows[row]))
                    throw new OnnxModelException($"{path}: the calibration values of input '{input.Name}' hold NaN or infinity"
                        + (input.IsPerRow ? $" in row {row}." : "."));
    }

    private static bool IsFinite(OrtType type, ReadOnlySpan<byte> bytes) => type switch
    {
        OrtType.Float => All(MemoryMarshal.Cast<byte, float>(bytes), float.IsFinite),
        OrtType.Double => All(MemoryMarshal.Cast<byte, double>(bytes), double.IsFinite),
        OrtType.Float16 => All(MemoryMarshal.Cast<byte, Half>(bytes), Half.IsFinite),
        _ => true,
    };

    private static bool All<T>(ReadOnlySpan<T> values, Predicate<T> isGood)
    {
        foreach (var value in values)
            if (!isGood(value)) return false;
        return true;
    }
}
