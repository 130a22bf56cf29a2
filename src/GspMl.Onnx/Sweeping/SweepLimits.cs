namespace GspMl.Onnx.Sweeping;

/// <summary>
/// The limits of a sweep, and the search for the sparsest model that keeps them: a curve's levels are tested in a fixed order, from the
/// densest on, each by the low end of a 95 % interval on all rows, until one fails. No level is chosen by its looks, so no rows need be
/// held back for a second look, and the number of levels costs no certainty.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="path">The model, for messages.</param>
internal sealed class SweepLimits(SweepOptions options, string path)
{
    // Exactly the limit passes, whatever the rounding of fractions.
    private const double Rounding = 1e-9;

    /// <summary>Refuses limits that do not apply to the model's outputs, or that so few rows show of no model: before the work.</summary>
    /// <param name="dense">The dense model, compared with itself.</param>
    /// <exception cref="OnnxModelException">There is one.</exception>
    public void Check(ModelComparison dense)
    {
        if (Keeps(dense)) return;
        throw new OnnxModelException($"{path}: by the low end of a 95 % interval, {dense.Baseline.Rows:N0} rows are too few to show that "
            + "any model keeps the limit, the dense one itself included; more rows make the interval narrower.");
    }

    /// <summary>The outcomes of one curve's levels.</summary>
    /// <exception cref="OnnxModelException">A limit does not apply to the model's outputs.</exception>
    public IReadOnlyList<SweepLevel> Tested(IEnumerable<SweepLevel> levels)
    {
        if (!options.HasLimits) return [.. levels];
        var tested = new List<SweepLevel>();
        var isOpen = true;
        foreach (var level in levels)
        {
            var outcome = !isOpen ? SweepOutcome.NotTested : Keeps(level.Comparison) ? SweepOutcome.Passed : SweepOutcome.Failed;
            isOpen = outcome == SweepOutcome.Passed;
            tested.Add(level with { Outcome = outcome });
        }
        return tested;
    }

    private bool Keeps(ModelComparison both)
    {
        var keepsAccuracy = options.MaxAccuracyDrop is not { } drop || Accuracy(both).Interval.Low >= -drop - Rounding;
        return options.MinAgreement is not { } least ? keepsAccuracy
            : Agreement(both).Interval is { } interval && interval.Low >= least - Rounding && keepsAccuracy;
    }

    private PairedAccuracy Accuracy(ModelComparison both)
        => both.Accuracy ?? throw new OnnxModelException($"{path}: a limit of the accuracy needs labels.");

    private Estimate Agreement(ModelComparison both)
    {
        var outputs = both.Judgements.OrderByDescending(output => output.Name == both.Baseline.ClassesOutput);
        return outputs.Select(output => output.Classes?.Agreement ?? output.Map?.Agreement).FirstOrDefault(found => found is not null)
            ?? throw new UnfitLimitException($"{path}: a limit of the agreement is for outputs of classes; "
                + string.Join(", ", both.Judgements.Select(output
                    => $"'{output.Name}' is taken as {output.Task.Task.ToString().ToLowerInvariant()}")) + ".");
    }
}

/// <summary>A limit of the agreement that no output of the model has.</summary>
internal sealed class UnfitLimitException(string message) : OnnxModelException(message);
