namespace GspMl.Onnx.Patterns;

/// <summary>
/// Shares a number of weights to keep among layers that can keep certain numbers only: each gets the steps that its share pays for whole,
/// and what is left goes to those whose share was cut most, as long as it pays for a step.
/// </summary>
internal static class PatternBudget
{
    /// <summary>Steps of each layer, at least 1 and at most all.</summary>
    /// <param name="stepWeights">Weights of a step, for each layer.</param>
    /// <param name="steps">All steps of each layer.</param>
    /// <param name="shares">Weights that each layer would keep if it could.</param>
    /// <param name="budget">Weights that all keep at most.</param>
    /// <returns>The steps; null where one step for each layer is more than the budget.</returns>
    public static int[]? Apportion(IReadOnlyList<long> stepWeights, IReadOnlyList<int> steps, IReadOnlyList<double> shares, long budget)
    {
        var chosen = steps.Select((most, i) => (int)Math.Clamp(Math.Floor((shares[i] / stepWeights[i]) + 1e-9), 1, most)).ToArray();
        var left = budget - chosen.Select((count, i) => count * stepWeights[i]).Sum();
        left = Repay(chosen, stepWeights, shares, left);
        if (left < 0) return null;
        while (Next(chosen, stepWeights, steps, shares, left) is { } layer)
        {
            chosen[layer]++;
            left -= stepWeights[layer];
        }
        return chosen;
    }

    /// <summary>
    /// Where layers got a first step that their share does not pay for, those that have most beyond their share give steps back.
    /// </summary>
    private static long Repay(int[] chosen, IReadOnlyList<long> stepWeights, IReadOnlyList<double> shares, long left)
    {
        while (left < 0)
        {
            var payer = Enumerable.Range(0, chosen.Length).Where(i => chosen[i] > 1).OrderBy(Missing).Cast<int?>().FirstOrDefault();
            if (payer is not { } layer) return left;
            chosen[layer]--;
            left += stepWeights[layer];
        }
        return left;

        double Missing(int i) => (shares[i] - (chosen[i] * stepWeights[i])) / stepWeights[i];
    }

    private static int? Next(int[] chosen, IReadOnlyList<long> stepWeights, IReadOnlyList<int> steps, IReadOnlyList<double> shares,
        long left)
    {
        return Enumerable.Range(0, chosen.Length)
            .Where(i => chosen[i] < steps[i] && stepWeights[i] <= left && Missing(i) > 1e-9)
            .OrderByDescending(Missing).Cast<int?>().FirstOrDefault();

        double Missing(int i) => (shares[i] - (chosen[i] * stepWeights[i])) / stepWeights[i];
    }
}
