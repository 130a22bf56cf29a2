using GspMl.Onnx.Tensors;
using GspMl.Threading;
using OrtType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// The nodes of a <see cref="LayerActivation"/>, to be run on any values: on each alone, so that pieces of them may run at once.
/// </summary>
internal sealed class ActivationFunction : IDisposable
{
    private const int Piece = 1 << 16;

    private readonly ModelPart part;
    private readonly int maxThreads;
    private readonly string input;
    private readonly OrtType type;

    /// <param name="model">The model that holds them.</param>
    /// <param name="activation">Which they are.</param>
    /// <param name="type">The number type that they read.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not load the nodes on their own.</exception>
    public ActivationFunction(WorkingModel model, LayerActivation activation, OrtType type)
    {
        (input, this.type, maxThreads) = (activation.Input, type, model.MaxThreads);
        part = ModelPart.Create(model, new Dictionary<string, int> { [input] = (int)type }, [activation.Output]);
    }

    /// <summary>f of each value.</summary>
    public float[] Of(float[] values)
    {
        var results = new float[values.Length];
        Threads.For((values.Length + Piece - 1) / Piece, maxThreads, piece =>
        {
            var (first, count) = (piece * Piece, Math.Min(Piece, values.Length - (piece * Piece)));
            using var argument = TensorConversion.ToOrtValue(values, first, count, [count], type);
            using var result = part.Run(_ => argument)[0];
            FloatTensor.Of(result).Values.CopyTo(results, first);
        });
        return results;
    }

    /// <summary>Frees the session.</summary>
    public void Dispose() => part.Dispose();
}
