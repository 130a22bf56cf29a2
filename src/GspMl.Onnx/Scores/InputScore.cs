namespace GspMl.Onnx.Scores;

/// <summary>A score |w|/cost whose costs are those of the inputs, whatever the weights are.</summary>
internal abstract class InputScore : WeightScore
{
    /// <summary>One positive number for each input of a filter.</summary>
    protected abstract void Costs(LayerContext layer, int filter, Span<double> costs);

    public sealed override void Score(LayerContext layer, Span<double> scores)
    {
        Costs(layer).CopyTo(scores);
        for (var i = 0; i < scores.Length; i++) scores[i] = Math.Abs(layer.Values[i]) / scores[i];
    }

    internal sealed override double[] Costs(LayerContext layer)
    {
        var costs = new double[layer.Values.Length];
        for (var r = 0; r < layer.Filters; r++) Costs(layer, r, costs.AsSpan(r * layer.Inputs, layer.Inputs));
        return costs;
    }
}
