using GspMl.Onnx.Pruning;
using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Streaming;

namespace GspMl.Onnx.Pipeline;

/// <summary>How the layers of a pattern share what stays, by the allocation that is asked for.</summary>
internal static class PatternChoice
{
    public static PatternShares Shares(OnnxModel model, PruningOptions options, LayerStatistics statistics)
        => options.Allocation.IsScaled
            ? new ScaledPatternShares(weight => statistics.Deviation(model, weight), LayerCoordinates.Floor(options.Target))
            : new PatternShares(options.Allocation.Grouping(options.Group));
}
