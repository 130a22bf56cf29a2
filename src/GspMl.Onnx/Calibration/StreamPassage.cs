using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>The way from the tensors that an <see cref="ActivationStream"/> holds to where it stands.</summary>
/// <param name="part">The nodes on the way.</param>
/// <param name="outputs">The tensors that it brings.</param>
internal sealed class StreamPassage(ModelPart part, IReadOnlyList<string> outputs) : IDisposable
{
    /// <summary>The tensors that it brings.</summary>
    public IReadOnlyList<string> Outputs => outputs;

    /// <summary>What it makes of one batch; the caller owns the results. Several batches may be on the way at once.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime cannot run the part.</exception>
    public Dictionary<string, OrtValue> Run(Func<string, OrtValue> values)
        => outputs.Zip(part.Run(values)).ToDictionary(pair => pair.First, pair => pair.Second);

    /// <summary>Frees the session.</summary>
    public void Dispose() => part.Dispose();
}
