using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Sessions;

/// <summary>The rows of one run.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Batch">How many the model is fed: the last row again and again where there are fewer.</param>
/// <param name="Length">Positions of each row; null where rows are not cut.</param>
internal readonly record struct BatchRows(int First, int Count, int Batch, int? Length);

/// <summary>The values of one input, cut and put together for a run.</summary>
/// <param name="reading">How they are read.</param>
/// <param name="cutAxis">The axis along which rows are cut to their length.</param>
internal sealed class BatchInput(InputReading reading, int? cutAxis)
{
    public InputReading Reading => reading;

    /// <summary>The values that a run takes.</summary>
    public OrtValue Take(BatchRows rows) => reading.As switch
    {
        ReadAs.Rows => Cut(rows),
        ReadAs.WholeRows => One(rows.First),
        ReadAs.Repeated => Gathered(Filled(), reading.Shape, Enumerable.Repeat(0, rows.Batch)),
        _ => Tensor(Filled(), reading.Shape),
    };

    private OrtValue Cut(BatchRows rows)
    {
        if (cutAxis is null && reading.Axis == 0 && rows.Batch == rows.Count)
        {
            var length = reading.Tensor.Values.Length / reading.Rows;
            return TensorConversion.ToOrtValue(reading.Tensor.Values, rows.First * length, rows.Count * length,
                [rows.Count, .. reading.Shape.Skip(1)], reading.Input.Type);
        }
        var taken = Enumerable.Range(0, rows.Batch).Select(row => rows.First + Math.Min(row, rows.Count - 1));
        if (cutAxis is not { } axis) return Gathered(reading.Tensor.Values, reading.Shape, taken);
        var (whole, shape) = AxisSelection.Take(reading.Tensor.Values, reading.Shape, reading.Axis, [.. taken]);
        var (cut, cutShape) = AxisSelection.Take(whole, shape, axis, [.. Enumerable.Range(0, rows.Length!.Value)]);
        return Tensor(cut, cutShape);
    }

    private OrtValue One(int row)
    {
        var length = reading.Tensor.Values.Length / reading.Rows;
        return TensorConversion.ToOrtValue(reading.Tensor.Values, row * length, length, [.. reading.Shape.Skip(1)], reading.Input.Type);
    }

    private OrtValue Gathered(Array values, int[] shape, IEnumerable<int> taken)
    {
        var (gathered, gatheredShape) = AxisSelection.Take(values, shape, reading.Axis, [.. taken]);
        return Tensor(gathered, gatheredShape);
    }

    private OrtValue Tensor(Array values, int[] shape) => TensorConversion.ToOrtValue(values, 0, values.Length, shape, reading.Input.Type);

    /// <summary>A single number as often as the shape has elements.</summary>
    private Array Filled()
    {
        var values = reading.Tensor.Values;
        var count = (int)Extents.Product(reading.Shape.Select(extent => (long)extent));
        return count == values.Length ? values : AxisSelection.Take(values, [1], 0, new int[count]).Values;
    }
}
