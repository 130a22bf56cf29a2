using System.Numerics;

namespace GspMl.Projection.Solving;

/// <summary>
/// Finds the multiplier of a group and writes the projection. The data is read about once to solve and once to write: a sample gives a
/// bracket for the multiplier; one pass over everything sums what lies over the bracket and collects the few entries within it; Newton's
/// method then works on these alone; a last pass writes.
/// </summary>
internal sealed class GroupSolver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Group<T> group;
    private readonly VectorShapes<T> shapes;
    private readonly GroupScan<T> scan;
    private readonly PartialSums<T> partial;
    private readonly BracketEntries<T> bracket;
    private readonly Evaluation<T> evaluation;
    private readonly HoyerSolver<T> hoyer;
    private readonly ZerosSolver<T> zeros;
    private readonly TieSelection<T> dropped;
    private readonly Settlement<T> settlement;
    private readonly WritingPass<T> writing;

    public GroupSolver(ProjectionOptions options)
    {
        group = new(options);
        shapes = new(group);
        scan = new(group, shapes);
        partial = new(group.Division);
        bracket = new(group);
        var sums = new BracketSums<T>(group, bracket);
        var collecting = new CollectingPass<T>(group, scan, partial, bracket);
        var first = new FirstBracket<T>(group, scan, shapes);
        var focused = new FocusedSearch<T>(collecting, bracket, sums);
        var ties = new TiedEntries<T>(group);
        evaluation = new(group, scan, partial, bracket, sums);
        hoyer = new(group, first, focused, evaluation, new(group, evaluation, ties));
        zeros = new(group, first, focused, evaluation, collecting, bracket, sums);
        dropped = new(group, evaluation, collecting, bracket, sums);
        settlement = new(group, ties);
        writing = new(group, dropped);
    }

    public ReadOnlySpan<double> VectorSparsities => group.Table.Sparsity.Span(group.Division.Vectors);

    /// <summary>Entries read from memory by the last call, the sample and the writing pass included, for each entry of the group.</summary>
    public double EntriesReadPerEntry => group.Division.Entries == 0 ? 0 : group.EntriesRead / group.Division.Entries;

    /// <summary>Called after each pass over the data; for the tests.</summary>
    public Action? Passed { set => group.Passed = value; }

    public void Begin() => group.Clear();

    public void Add(in VectorSource<T> source) => group.Division.Add(source);

    /// <summary>Solves for a target and writes the projection.</summary>
    public ProjectionResult Solve(SparsityTarget target, CancellationToken cancel)
    {
        Prepare(target.IsZeros);
        cancel.ThrowIfCancellationRequested();
        var solution = target.IsZeros ? zeros.Solve(target.Value, cancel) : hoyer.Solve(target.Value, cancel);
        return Write(solution, cancel);
    }

    /// <summary>Writes what a multiplier leads to.</summary>
    public ProjectionResult Apply(double multiplier)
    {
        Prepare(countsZeros: false);
        scan.Run();
        evaluation.At(multiplier * shapes.Unit);
        var ending = multiplier == 0 ? ProjectionEnding.Unchanged : ProjectionEnding.Met;
        return Write(new(multiplier * shapes.Unit, ending, 1), CancellationToken.None);
    }

    /// <summary>Tells what a multiplier leads to.</summary>
    public SparsityAtMultiplier MeasureSparsity(double multiplier)
    {
        Prepare(countsZeros: false);
        scan.Run();
        var (sum, slope) = evaluation.At(multiplier * shapes.Unit);
        var counted = group.Counted;
        return counted == 0 ? new(1, 0, 0) : new(Math.Clamp(sum / counted, 0, 1), slope * shapes.Unit / counted, counted);
    }

    private void Prepare(bool countsZeros)
    {
        group.CountsZeros = group.KeepsOneEntry = countsZeros;
        group.EntriesRead = 0;
        partial.Prepare();
        bracket.Prepare();
        evaluation.Prepare();
        scan.Prepare();
    }

    private ProjectionResult Write(Solution solution, CancellationToken cancel)
    {
        FormSums(solution, cancel);
        var sparsities = settlement.Run(solution);
        cancel.ThrowIfCancellationRequested(); // for the last time: what is begun to be written is written
        var kept = writing.Run(solution);
        var (vectors, zero, undefined) = group.Count();
        var entries = group.Division.Entries;
        return new()
        {
            Multiplier = solution.WritingMultiplier / shapes.Unit,
            Sparsity = vectors == 0 ? 1 : sparsities / vectors,
            Zeros = entries == 0 ? 0 : (double)(entries - kept) / entries,
            Iterations = solution.Iterations,
            Ending = solution.Ending,
            Vectors = vectors,
            ZeroVectors = zero,
            UndefinedVectors = undefined,
        };
    }

    /// <summary>Each vector's sums at the multiplier to be written, in <see cref="VectorTable.Current"/>.</summary>
    private void FormSums(in Solution solution, CancellationToken cancel)
    {
        if (solution.DroppedTies >= 0) dropped.Choose(solution, cancel);
        if (!group.CountsZeros) return;
        evaluation.StopCounting();
        evaluation.At(solution.Multiplier);
    }
}
