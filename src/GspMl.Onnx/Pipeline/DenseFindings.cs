using GspMl.Onnx.Allocation;
using GspMl.Onnx.Calibration;

namespace GspMl.Onnx.Pipeline;

/// <summary>
/// What pruning runs find out about the dense model. Runs whose options differ in the target alone find out the same: the first of them
/// does the work. Each gets exactly what it would have found alone, so the same bytes come out; the sparsest target goes first best, since
/// it looks at all levels that the others need.
/// </summary>
internal sealed class DenseFindings
{
    private readonly List<Measured> measured = [];
    private TakenBranches? branches;
    private WorkEstimate? estimate;
    private IReadOnlyDictionary<PrunableWeight, LayerSensitivity>? sensitivities;

    /// <summary>Whether it is known how much filters and positions count.</summary>
    public bool AreProbed => sensitivities is not null;

    /// <summary>Whether levels were measured, most likely those that the next run needs.</summary>
    public bool AreMeasured => measured.Count > 0;

    /// <summary>The branches that all rows take.</summary>
    public TakenBranches Branches(Func<TakenBranches> find) => branches ??= find();

    /// <summary>What each layer takes in each step.</summary>
    public WorkEstimate Estimate(Func<WorkEstimate> find) => estimate ??= find();

    /// <summary>How much filters and positions count for the model's outputs.</summary>
    public IReadOnlyDictionary<PrunableWeight, LayerSensitivity> Sensitivities(
        Func<IReadOnlyDictionary<PrunableWeight, LayerSensitivity>> find) => sensitivities ??= find();

    /// <summary>What levels cost each layer.</summary>
    /// <param name="fractions">The fractions of weights kept, falling.</param>
    /// <param name="rows">Rows held back on which it is measured.</param>
    /// <param name="find">Measures.</param>
    /// <param name="hasLarge">Whether there is a layer of which only some of the fractions are tried, which depends on how many there
    /// are.</param>
    public IReadOnlyList<IReadOnlyList<SparsityLevel>> Levels(IReadOnlyList<double> fractions, int rows,
        Func<IReadOnlyList<IReadOnlyList<SparsityLevel>>> find, bool hasLarge)
    {
        if (measured.Find(known => known.Answers(fractions, rows, hasLarge)) is { } found) return found.Until(fractions[^1]);
        var levels = find();
        measured.Add(new(fractions, rows, levels));
        return levels;
    }

    private sealed record Measured(IReadOnlyList<double> Fractions, int Rows, IReadOnlyList<IReadOnlyList<SparsityLevel>> Levels)
    {
        /// <summary>Whether the same levels, or more below them, were measured on the same rows.</summary>
        public bool Answers(IReadOnlyList<double> fractions, int rows, bool hasLarge) => rows == Rows
            && (hasLarge ? Fractions.SequenceEqual(fractions) : Fractions.Take(fractions.Count).SequenceEqual(fractions));

        /// <summary>Without the levels below those asked for.</summary>
        public IReadOnlyList<IReadOnlyList<SparsityLevel>> Until(double fraction)
            => [.. Levels.Select(layer => layer.Where(level => level.Fraction >= fraction).ToList())];
    }
}
