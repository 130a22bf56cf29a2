using GspMl.Onnx.Calibration;
using GspMl.Onnx.Shrinking;
using GspMl.Onnx.Shrinking.Following;
using GspMl.Onnx.Shrinking.Turning;
using GspMl.Onnx.Weights;

namespace GspMl.Onnx;

/// <summary>
/// Takes whole channels out of a model, which makes its tensors smaller and the model faster: follow channels through the graph → score
/// them → project the scores, one vector for each set of channels that go independently → refit the layers that read them → cut the
/// tensors.
/// </summary>
/// <remarks>
/// A channel is taken out where it is put out and wherever it is read: through element-wise nodes, per-channel constants,
/// BatchNormalization, pooling, means over space, Flatten and Reshape, Transpose, Concat, Split, Slice, Gather, Expand, Tile, Pad, Resize,
/// DepthToSpace and SpaceToDepth; an Add or Mul of two branches couples the channels of both. Of grouped convolutions whole groups can go
/// or the same places in each, of attention (of many nodes, or in one) whole heads or the same features of each, queries with keys and
/// values with what reads them, of recurrent layers hidden units. What no rule covers (Softmax, LayerNormalization or means over channels,
/// subgraphs), and whatever reaches the model's inputs or outputs, holds its channels, and the report says why. The smaller model computes
/// what the model would with zeros in all weights that read those channels; where layers are fitted anew, features of attention have been
/// turned before, which changes nothing else.
/// <para>Without calibration data, external data stays on disk, and memory does not grow with it: the smaller model reads it when it is
/// written or run. With calibration data the model is held in memory several times over.</para>
/// </remarks>
/// <example>
/// <code>
/// var model = OnnxModel.Load("dense.onnx");
/// var (smaller, report) = ModelShrinker.Shrink(model, new() { Target = ShrinkTarget.Macs(0.5) });
/// smaller.Save("smaller.onnx");
/// </code>
/// </example>
public static class ModelShrinker
{
    /// <summary>Takes channels out of a model. Nothing is written; the given model is unchanged.</summary>
    /// <param name="model">The model; it is run once on ONNX Runtime, for the shapes of its tensors.</param>
    /// <param name="options">How much goes, and how it is chosen.</param>
    /// <param name="progress">Told each weight before a step is taken with it.</param>
    /// <param name="cancel">Looked at between layers.</param>
    /// <exception cref="NothingMatchedException">A pattern matches no weight, or no channel can go.</exception>
    /// <exception cref="OnnxModelException">The model cannot be run or read, or the target is out of reach; the message says what is the
    /// most.</exception>
    /// <exception cref="ArgumentException">A property of the options has an impossible value, which the error names, or they ask for
    /// calibration without calibration data.</exception>
    public static ShrinkResult Shrink(OnnxModel model, ShrinkOptions options, IProgress<PruningProgress>? progress = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Check(model);
        if (options.Calibration is not null) ShrinkMemory.CheckRunnable(model);
        var bounded = model.Dense().WithThreads(options.MaxThreads);
        var shapes = ModelRunShapes.Of(bounded, options.Calibration);
        var flow = ChannelFlow.Of(bounded, shapes);
        var result = new ShrinkRun(Turned(bounded, flow, options, cancel), flow, shapes, options, progress, cancel).Run();
        return result with { Model = result.Model.WithThreads(0) };
    }

    /// <summary>Where layers are fitted anew, the features of attention are first turned so that few of them matter.</summary>
    private static OnnxModel Turned(OnnxModel model, ChannelFlow flow, ShrinkOptions options, CancellationToken cancel)
        => !options.Values.AreReconstructed || flow.Paired.Count == 0 ? model
            : FeatureTurning.Of(model, flow,
                CalibrationInputs.Create(model, options.Calibration!, options.Reconstruction.BatchSize), cancel);

    /// <summary>Tells what goes with the channels of a tensor or a node, and why some cannot go.</summary>
    /// <param name="model">The model; it is run once on ONNX Runtime, for the shapes of its tensors.</param>
    /// <param name="name">A weight, another tensor of the main graph, or a node: then its outputs and its weights are meant.</param>
    /// <param name="calibration">Inputs of the model; null for made-up ones.</param>
    /// <returns>The sets of channels that lie there, in the order of the model's nodes.</returns>
    /// <exception cref="NothingMatchedException">No channels are followed there.</exception>
    /// <exception cref="OnnxModelException">The model cannot be run or read.</exception>
    public static IReadOnlyList<ChannelTrace> Explain(OnnxModel model, string name, EvaluationData? calibration = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(name);
        Check(model);
        model = model.Dense();
        return new ChannelTracing(model, ChannelFlow.Of(model, ModelRunShapes.Of(model, calibration))).Of(name);
    }

    private static void Check(OnnxModel model)
    {
        // A model that has no layer need not be run to find that out.
        if (!model.Content.MayHaveLayers) throw ShrinkRun.NoLayer(model);
        SingleNames.Check(model.Content);
    }
}
