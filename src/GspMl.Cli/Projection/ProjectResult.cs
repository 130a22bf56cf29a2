using GspMl.Cli.Shell;
using GspMl.Projection;
using Spectre.Console;

namespace GspMl.Cli.Projection;

/// <summary>What <c>gspml project</c> reports.</summary>
internal sealed record ProjectResult(
    string Output,
    int Vectors,
    int Length,
    string Target,
    double Sparsity,
    double ZerosBefore,
    double ZerosAfter,
    double Multiplier,
    int Iterations,
    ProjectionEnding Ending,
    long ZeroVectors,
    long UndefinedVectors) : CommandResult
{
    protected override string SchemaName => "gspml-project-1";

    public static ProjectResult From(
        string output, VectorLayout layout, SparsityTarget target, ProjectionResult result, double zerosBefore, double zerosAfter) =>
        new(output, layout.Count, layout.Length, target.ToString(), result.Sparsity, zerosBefore, zerosAfter,
            result.Multiplier, result.Iterations, result.Ending, result.ZeroVectors, result.UndefinedVectors);

    public override void WriteText(IAnsiConsole console)
    {
        console.MarkupLineInterpolated($"{Output}: {Vectors} vectors of {Length}");
        console.MarkupLineInterpolated($"  target    {Target}");
        console.MarkupLineInterpolated($"  sparsity  {SparsityText}");
        console.MarkupLineInterpolated($"  zeros     {ZerosBefore:P1} before, {ZerosAfter:P1} after");
        console.MarkupLineInterpolated($"  mu        {Multiplier:G9} after {Iterations} iterations");
        if (ZeroVectors > 0) console.MarkupLineInterpolated($"  {ZeroVectors} zero vectors were left alone");
        if (UndefinedVectors > 0)
            console.MarkupLineInterpolated(
                $"  {UndefinedVectors} vectors have no sparsity (length 1, or equal to their smallest weight) and were passed through");
    }

    private string SparsityText => ZeroVectors + UndefinedVectors == Vectors ? "no vector has one: unchanged"
        : $"{Sparsity:F6} (average Hoyer), {Describe(Ending)}";

    private static string Describe(ProjectionEnding ending) => ending switch
    {
        ProjectionEnding.Unchanged => "already sparse enough: unchanged",
        ProjectionEnding.MetAtTie => "met by choosing among tied entries",
        ProjectionEnding.JumpedOver => "the target lies in a jump: the sparser side was taken",
        ProjectionEnding.Unreachable => "out of reach, since each vector keeps one entry: the sparsest was taken",
        _ => "met",
    };
}
