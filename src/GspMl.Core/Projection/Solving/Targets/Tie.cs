namespace GspMl.Projection.Solving;

/// <summary>The entries of one vector that tie where they leave its support together.</summary>
/// <param name="Tau">A threshold that exactly the tied entries exceed.</param>
/// <param name="Norm">The norm of their weights.</param>
/// <param name="LeastWeight">The least of their weights.</param>
/// <param name="LeastAt">The entry that has it.</param>
internal readonly record struct Tie(double Tau, double Norm, double LeastWeight, int LeastAt)
{
    /// <summary>
    /// u on the arc from the tied weights, normalised, to the one-hot vector at the least of them, with
    /// wᵀu = (1 − fill)·Norm + fill·LeastWeight: the share of each tied entry is its weight times the first number, and the
    /// one at <see cref="LeastAt"/> gets the second in addition.
    /// </summary>
    public (double Product, double Share, double Extra) Unit(double fill)
    {
        var product = (1 - fill) * Norm + fill * LeastWeight;
        var (cosine, slope) = (Math.Min(1, product / Norm), LeastWeight / Norm);
        var extra = Math.Sqrt(Math.Max(0, 1 - cosine * cosine)) / Math.Sqrt(1 - slope * slope);
        return (product, Math.Max(0, cosine - extra * slope) / Norm, extra);
    }
}
