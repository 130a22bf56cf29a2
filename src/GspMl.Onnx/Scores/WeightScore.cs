using GspMl.Onnx.Scores;

namespace GspMl.Onnx;

/// <summary>
/// What makes a weight worth keeping. The projection sees a score s as weighted grouped sparse projection: an entry w competes with
/// |w|/cost, its cost |w|/s. Derive from it for a score of your own.
/// </summary>
/// <remarks>A score is asked layer by layer, possibly on several threads, and keeps nothing between calls.</remarks>
public abstract class WeightScore
{
    // A score of 0 makes a weight worthless, not infinitely dear.
    private const double LeastShare = 1e-6;

    /// <summary>|w|.</summary>
    public static WeightScore Magnitude { get; } = new MagnitudeScore();

    /// <summary>
    /// |w|·rms(x): its share of the output (Sun et al., Wanda, 2023), as weighted grouped sparse projection with 1/rms(x).
    /// </summary>
    public static WeightScore Activation { get; } = new ActivationScore();

    /// <summary>
    /// |w|/√[H⁻¹]ⱼⱼ, the root of how much the layer's squared error rises when the weight goes and the others make up for it (optimal brain
    /// surgeon, Hassibi and Stork 1993). With reconstructed values the support is chosen in stages with refits between, and a filter's
    /// errors weigh what they do to the model's outputs.
    /// </summary>
    public static WeightScore Saliency { get; } = new SaliencyScore();

    /// <summary>What reports call it.</summary>
    public virtual string Name => GetType().Name;

    /// <summary>
    /// Whether it reads the layers' inputs, so that <see cref="PruningOptions.Calibration"/> must be given. Layers whose inputs are not
    /// known are then scored by magnitude.
    /// </summary>
    public virtual bool NeedsCalibration => false;

    /// <summary>Scores the weights of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="scores">To be filled: for each entry of <see cref="LayerContext.Values"/> a number of at least 0; the larger, the
    /// longer it stays.</param>
    public abstract void Score(LayerContext layer, Span<double> scores);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether magnitudes alone count: layers need then not be held in memory.</summary>
    internal virtual bool IsMagnitude => false;

    /// <summary>Whether the support is chosen in stages where values are reconstructed.</summary>
    internal virtual bool SearchesSupport => false;

    /// <summary>
    /// Whether a score is the root of an error of the layer's outputs, so that what whole channels cost can be told alike.
    /// </summary>
    internal virtual bool TellsErrors => false;

    /// <summary>What each magnitude is divided by, filters × inputs.</summary>
    /// <exception cref="InvalidOperationException">A score is negative or not finite; the message names score, tensor, filter and
    /// input.</exception>
    internal virtual double[] Costs(LayerContext layer)
    {
        var costs = new double[layer.Values.Length];
        Score(layer, costs);
        Check(layer, costs);
        var largest = costs.Max();
        if (largest == 0)
        {
            Array.Fill(costs, 1);
            return costs;
        }
        for (var i = 0; i < costs.Length; i++) costs[i] = Math.Abs(layer.Values[i]) / Math.Max(costs[i], largest * LeastShare);
        FillZeros(layer.Values, costs);
        return costs;
    }

    /// <summary>A weight that is zero cannot compete; its cost is the mean of the others.</summary>
    private static void FillZeros(ReadOnlySpan<double> values, double[] costs)
    {
        var others = costs.Where(cost => cost > 0).DefaultIfEmpty(1).Average();
        for (var i = 0; i < costs.Length; i++)
            if (values[i] == 0) costs[i] = others;
    }

    private void Check(LayerContext layer, double[] scores)
    {
        var bad = Array.FindIndex(scores, score => !(score >= 0 && double.IsFinite(score)));
        if (bad >= 0)
            throw new InvalidOperationException($"The score {Name} gives {scores[bad]} to tensor '{layer.Weight.Name}', filter "
                + $"{bad / layer.Inputs}, input {bad % layer.Inputs}; a score is a finite number of at least 0.");
    }
}
