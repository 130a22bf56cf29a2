using GspMl.Onnx.Shrinking;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx;

/// <summary>
/// Takes whole channels out of a model, which makes its tensors smaller and the model faster: follow channels through the graph → score them →
/// project the scores, one vector for each set of channels that go independently → refit the layers that read them → cut the tensors.
/// </summary>
/// <remarks>
/// A channel is taken out where it is put out and wherever it is read: through element-wise nodes, per-channel constants, BatchNormalization, pooling,
/// means over space, Flatten and Reshape, Transpose, Concat, and depthwise convolutions; an Add or Mul of two branches couples the channels of both. What no rule
/// covers (Softmax or LayerNormalization over channels, attention heads, grouped convolutions, Split, recurrent layers, subgraphs), and
/// whatever reaches the model's inputs or outputs, holds its channels, and the report says why. The smaller model computes what the model would with zeros
/// in all weights that read those channels. The model is held in memory several times over.
/// </remarks>
/// <example>
/// <code>
/// using var model = OnnxModel.Load("dense.onnx");
/// var (smaller, report) = ChannelPruner.Prune(model, new() { Target = ChannelTarget.Macs(0.5) });
/// using (smaller) smaller.Save("smaller.onnx");
/// </code>
/// </example>
public static class ChannelPruner
{
    /// <summary>Takes channels out of a model in memory. Nothing is written; the given model is unchanged.</summary>
    /// <param name="model">The model; it is run once on ONNX Runtime, for the shapes of its tensors.</param>
    /// <param name="options">How much goes, and how it is chosen.</param>
    /// <param name="progress">Told each weight before a step is taken with it.</param>
    /// <param name="cancel">Looked at between layers.</param>
    /// <exception cref="NothingMatchedException">A pattern matches no weight, or no channel can go.</exception>
    /// <exception cref="OnnxModelException">The model cannot be run or read, or the target is out of reach; the message says what is the most.</exception>
    /// <exception cref="ArgumentException">The options ask for projected values, or for calibration without calibration data.</exception>
    public static ChannelPruningResult Prune(OnnxModel model, ChannelPruningOptions options, IProgress<PruningProgress>? progress = null, CancellationToken cancel = default)
    {
        Check(options);
        var shapes = ModelRunShapes.Of(model, options.Calibration);
        return new ChannelPruning(model, ChannelFlow.Of(model, shapes), shapes, options, progress, cancel).Prune();
    }

    private static void Check(ChannelPruningOptions options)
    {
        if (options.Values == WeightValues.Projected) throw new ArgumentException("Channels that stay have no projected values; Original or Reconstructed.", nameof(options));
        if (options.Multiple < 1) throw new ArgumentException($"Multiple is {options.Multiple}, not at least 1.", nameof(options));
        if (options.LeastShare is not (null or (>= 0 and <= 1))) throw new ArgumentException($"LeastShare is {options.LeastShare}, not between 0 and 1.", nameof(options));
        if (options.Calibration is null && (options.Score != WeightScore.Magnitude || options.Values == WeightValues.Reconstructed))
            throw new ArgumentException($"Score {options.Score} and values {options.Values} need calibration inputs.", nameof(options));
    }
}
