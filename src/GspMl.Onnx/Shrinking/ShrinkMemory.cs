using GspMl.Onnx.Calibration;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx.Shrinking;

/// <summary>What a run with calibration data takes of memory, told before the work.</summary>
internal static class ShrinkMemory
{
    // What a process takes that has loaded ONNX Runtime and run a model once.
    private const long RuntimeBytes = 250L << 20;

    // The file, working copies of the dense model and of the one that is fitted, and for each the bytes and the session of a part that
    // runs.
    private const int ModelCopies = 6;

    // Moments, their factor, its inverse, and what a search makes of them.
    private const int Moments = 4;

    /// <summary>Refuses a model that cannot be run from memory.</summary>
    /// <exception cref="OnnxModelException">It has too many weights.</exception>
    public static void CheckRunnable(OnnxModel model)
    {
        if (ModelBytes(model) is var bytes && bytes > WorkingModel.MostWeights)
            throw new OnnxModelException($"{model.Path}: it has {bytes / 1e9:F1} GB of weights; with calibration inputs it is run from "
                + "memory, where ONNX Runtime takes less than 2 GB. Without them it can be shrunk.");
    }

    /// <summary>About how many bytes are held at once: copies of the model, and what the largest layer is fitted by.</summary>
    public static long Of(OnnxModel model)
        => RuntimeBytes + (ModelCopies * ModelBytes(model)) + model.Weights.Select(OfLayer).DefaultIfEmpty(0).Max();

    private static long OfLayer(PrunableWeight weight)
    {
        var inputs = weight.View.Extent(AxisRole.Input) * weight.View.Extent(AxisRole.Kernel);
        return sizeof(double) * Moments * ((inputs * inputs) + weight.Count);
    }

    private static long ModelBytes(OnnxModel model) => model.Tensors.Sum(tensor => tensor.ByteCount);
}
