using GspMl.Onnx.Evaluation.Measures;
using GspMl.Onnx.Tensors;

namespace GspMl.Onnx.Evaluation.Layers;

/// <summary>The squares of an error and of what was wanted, batch by batch.</summary>
internal sealed class ErrorSums
{
    private double errors;
    private double squares;
    private bool isWhole = true;
    private bool isEmpty = true;

    /// <summary>‖error‖ / ‖wanted‖; null where a batch could not be compared.</summary>
    public double? Relative => !isWhole || isEmpty ? null : errors == 0 ? 0 : Math.Sqrt(errors / squares);

    /// <summary>Adds a batch; one that is missing or has another shape leaves no error to tell.</summary>
    public void Add(FloatTensor? wanted, FloatTensor? actual)
    {
        isEmpty = false;
        if (wanted is null || actual is null || !wanted.Shape.SequenceEqual(actual.Shape)) isWhole = false;
        else
        {
            errors += VectorSums.SquaredDifference(wanted.Values, actual.Values);
            squares += VectorSums.Product(wanted.Values, wanted.Values);
        }
    }
}
