using GspMl.Onnx.Calibration;
using GspMl.Onnx.Timing;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Rewriting;

/// <summary>
/// What a layer's layouts take, each by the layer as it was, the layer alone on inputs of the size that a typical run gives it.
/// </summary>
/// <param name="working">The model.</param>
/// <param name="layer">The layer.</param>
/// <param name="shape">The shape of its input.</param>
/// <param name="options">How it is timed.</param>
internal sealed class LayerTrial(WorkingModel working, ColumnLayer layer, IReadOnlyList<long> shape, RewriteOptions options)
{
    // Kernels of ONNX Runtime work on blocks of so many channels.
    private const int ChannelStep = 16;

    /// <summary>The ways to write the layer.</summary>
    public IEnumerable<(ColumnLayer Layer, LayerLayout Layout)> Ways()
    {
        if (!layer.IsConvolution) return Linear().Select(layout => (layer, layout));
        var widened = (layer.Sets.Kept + ChannelStep - 1) / ChannelStep * ChannelStep;
        return widened == layer.Sets.Kept || widened >= layer.Sets.Shape.Channels ? [(layer, LayerLayout.GroupedConvolution)]
            : [(layer.Widened(widened), LayerLayout.GroupedConvolution), (layer, LayerLayout.GroupedConvolution)];
    }

    private LayerLayout[] Linear() => shape.Count switch
    {
        2 => [LayerLayout.Transposed, LayerLayout.Batched],
        3 => [LayerLayout.Transposed, LayerLayout.Flattened, LayerLayout.Batched],
        _ => [LayerLayout.Flattened, LayerLayout.Batched],
    };

    /// <summary>The fastest way, and its time by the time as it was.</summary>
    public (ColumnLayer Layer, LayerLayout Layout, LatencyRatio Ratio) Best(CancellationToken cancel)
    {
        var read = new Dictionary<string, int> { [layer.Input] = (int)TensorElementType.Float32 };
        var part = OnnxModel.Load(working.Part(read, [layer.Output]), working.Path);
        var alone = new WorkingModel(part);
        using var input = Input();
        var inputs = new Dictionary<string, OrtValue> { [layer.Input] = input };
        using var before = new TimedSession(part, inputs, options.MaxThreads);
        return Ways().Select(way =>
        {
            var small = ColumnLayer.Of(part, alone, part.Weights[0]).Layer!;
            var model = RewrittenModel.Of(part, alone, [(small with { Sets = way.Layer.Sets }, way.Layout)], _ => shape.Count);
            using var after = new TimedSession(model, inputs, options.MaxThreads);
            return (way.Layer, way.Layout, Ratio: TimedSession.Compare(before, after, options.TimingRounds, cancel));
        }).MinBy(way => way.Ratio.Median);
    }

    private OrtValue Input()
    {
        var random = new Random(1);
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance,
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, [.. shape]);
        foreach (ref var number in value.GetTensorMutableDataAsSpan<float>()) number = random.NextSingle() - 0.5f;
        return value;
    }
}
