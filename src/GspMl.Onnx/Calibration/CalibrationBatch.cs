using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// A batch of calibration inputs that is made anew each time it is asked for, so that rows take memory as they lie in their file and not
/// once more for each stream and each varied copy.
/// </summary>
/// <param name="make">From nothing to the tensors by the names of the model's inputs.</param>
internal sealed class CalibrationBatch(Func<Dictionary<string, OrtValue>> make)
{
    /// <summary>The tensors by the names of the model's inputs; the caller owns them.</summary>
    public Dictionary<string, OrtValue> Create() => make();
}
