using GspMl.Onnx.Reconstruction;
using GspMl.Onnx.Shrinking.Choosing;
using GspMl.Onnx.Shrinking.Cutting;
using GspMl.Onnx.Shrinking.Following;

namespace GspMl.Onnx.Shrinking.Measuring;

/// <summary>
/// Measures, set by set in the otherwise dense model, what fewer channels cost: those of least score are cut out, the layers that read them
/// are refitted, and the smaller model's outputs are compared with the dense ones on rows held back.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="flow">Its channels.</param>
/// <param name="living">What must keep a position.</param>
/// <param name="fits">The layers that read them.</param>
/// <param name="judge">Compares outputs.</param>
/// <param name="nextLevel">What a level keeps of the one before: where losses begin to rise, little is left.</param>
internal sealed class WidthMeasurement(
    OnnxModel model, ChannelFlow flow, LivingAxes living, ReaderFits fits, HeldBackJudge judge, double nextLevel)
{
    /// <summary>About how many levels a set of some hundred channels has.</summary>
    public const int UsualLevels = 12;

    /// <summary>The curve of a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="order">Its channels, those that go first at the front.</param>
    /// <param name="rounded">From channels to keep to as many as the set can keep.</param>
    public WidthCurve Of(FoundSet set, IReadOnlyList<int> order, Func<int, int> rounded)
    {
        var levels = new List<WidthLevel> { new(order.Count, 0) };
        for (var wanted = order.Count * nextLevel; wanted > nextLevel; wanted *= nextLevel)
        {
            var kept = rounded((int)Math.Max(1, wanted));
            if (kept < levels[^1].Kept) levels.Add(new(kept, CostOf(set, living.Spare([.. order.Take(order.Count - kept)]))));
        }
        return new(order, levels);
    }

    private double CostOf(FoundSet set, HashSet<int> removed)
    {
        LargeMemory.Relieve();
        using var refitted = model.With(fits.Without(set.Readers, removed));
        using var smaller = ChannelRemoval.Apply(refitted, flow, removed);
        return judge.ChangeOf(smaller);
    }
}
