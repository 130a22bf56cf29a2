namespace GspMl.Factorization;

/// <summary>β = 1 / (‖w‖₂ − min w): what turns a multiplier of the sparsity constraint into a threshold for unit weights.</summary>
internal static class ThresholdScale
{
    public static double Of(ReadOnlySpan<double> weights, int length)
    {
        if (length < 2) return 0; // no sparsity is defined, nothing is thresholded
        if (weights.IsEmpty) return 1 / (Math.Sqrt(length) - 1);
        var (squares, smallest) = (0.0, double.PositiveInfinity);
        foreach (var w in weights)
        {
            squares += w * w;
            smallest = Math.Min(smallest, w);
        }
        return 1 / (Math.Sqrt(squares) - smallest);
    }
}
