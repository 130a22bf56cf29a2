using GspMl.Onnx.Evaluation.Measures;
using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

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

    /// <summary>Adds a batch; tensors of other shapes, or no floating-point numbers, leave no error to tell.</summary>
    /// <param name="set">What tells which rows count.</param>
    /// <param name="wanted">What the dense model has.</param>
    /// <param name="actual">What is compared with it.</param>
    public void Add(TensorSet set, OrtValue wanted, OrtValue actual)
    {
        isEmpty = false;
        if (!FloatTensor.IsReadable(wanted) || !FloatTensor.IsReadable(actual)
            || !wanted.GetTensorTypeAndShape().Shape.SequenceEqual(actual.GetTensorTypeAndShape().Shape)) isWhole = false;
        else
        {
            var values = set.Read(wanted);
            errors += VectorSums.SquaredDifference(values, set.Read(actual));
            squares += VectorSums.Product(values, values);
        }
    }
}
