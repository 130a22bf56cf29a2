using GspMl.Onnx.Tensors;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Calibration;

/// <summary>The nodes of a <see cref="LayerActivation"/>, to be run on any values.</summary>
internal sealed class ActivationFunction : IDisposable
{
    private readonly ModelPart part;
    private readonly string input;
    private readonly OrtType type;

    /// <param name="model">The model that holds them.</param>
    /// <param name="activation">Which they are.</param>
    /// <param name="type">The number type that they read.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not load the nodes on their own.</exception>
    public ActivationFunction(WorkingModel model, LayerActivation activation, OrtType type)
    {
        (input, this.type) = (activation.Input, type);
        part = ModelPart.Create(model, new Dictionary<string, int> { [input] = (int)type }, [activation.Output]);
    }

    /// <summary>f of each value.</summary>
    public float[] Of(float[] values)
    {
        using var argument = TensorConversion.ToOrtValue(values, 0, values.Length, [values.Length], type);
        using var result = part.Run(_ => argument)[0];
        return FloatTensor.Of(result).Values;
    }

    /// <summary>Frees the session.</summary>
    public void Dispose() => part.Dispose();
}
