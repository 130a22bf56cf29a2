using System.CommandLine;
using System.Numerics;
using GspMl.Cli.Npy;
using GspMl.Cli.Shell;
using GspMl.Projection;

namespace GspMl.Cli.Projection;

/// <summary><c>gspml project</c>: the grouped sparse projection of a matrix's columns or rows.</summary>
internal static class ProjectCommand
{
    private static readonly Argument<string> Source = new("IN.npy")
    {
        Description = "Matrix (float32 or float64); one dimension is one vector.",
    };
    private static readonly Argument<string> Target = new("OUT.npy")
    {
        Description = "Where the projected matrix goes, in the input's type and shape.",
    };
    private static readonly Option<double?> Sparsity = new("--sparsity", "-s")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Average Hoyer sparsity of the group, 0 … 1.",
    };
    private static readonly Option<double?> Zeros = new("--zeros")
    {
        CustomParser = Number.ReadMaybe,
        Description = "Fraction of entries to be zero, 0 … 1, instead of --sparsity.",
    };
    private static readonly Option<string> Axis = Choice.Of("--axis", "0: each column is a vector; 1: each row.", "0", "1");
    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "Weights ≥ 0 (weighted GSP): a matrix like IN.npy, or one vector for all.",
    };
    private static readonly Option<double?> Tolerance = new("--tolerance")
    {
        CustomParser = Number.ReadMaybe,
        Description = "How closely the target is met; default 1e-6 (float32), 1e-10 (float64).",
    };
    private static readonly Option<bool> UnitNorm = new("--unit-norm")
    {
        Description = "Scale each vector to unit norm before solving, so that all count alike.",
    };
    private static readonly ThreadsOption Threads = new();

    public static Command Create(CommandShell shell)
    {
        var command = new Command("project", "Project the columns or rows of a matrix to a given average sparsity.")
        {
            Source, Target, Sparsity, Zeros, Axis, Weights, Tolerance, UnitNorm, Threads,
        };
        return shell.Runs(command, Run);
    }

    private static CommandResult Run(ParseResult parsed, CancellationToken cancel)
    {
        var target = TargetOption.Read(parsed, Sparsity, Zeros);
        if (parsed.GetValue(Tolerance) <= 0) throw CommandException.Usage("--tolerance: more than 0.");
        OutputPath.Check(parsed.GetRequiredValue(Target), parsed.GetValue(Weights));
        var source = NpyReader.Read(parsed.GetRequiredValue(Source));
        return source.Values switch
        {
            float[] values => Run(parsed, source, values, target, cancel),
            double[] values => Run(parsed, source, values, target, cancel),
            _ => throw CommandException.Input($"{source.Path}: holds whole numbers; the projection takes float32 or float64."),
        };
    }

    private static ProjectResult Run<T>(ParseResult parsed, NpyArray source, T[] values, SparsityTarget target, CancellationToken cancel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layout = Layout(source, parsed.GetRequiredValue(Axis) == "0");
        var weights = ReadWeights<T>(source, layout, parsed.GetValue(Weights));
        var projector = new GspProjector<T>(new ProjectionOptions
        {
            Tolerance = parsed.GetValue(Tolerance),
            UnitNorm = parsed.GetValue(UnitNorm),
            MaxThreads = Threads.Read(parsed)
        });

        var before = MeasureZeros<T>(values);
        ProjectionResult result;
        try
        {
            result = projector.Project(values, values, layout, target, weights, cancel);
        }
        catch (ArgumentException e)
        {
            var weighted = parsed.GetValue(Weights) is { } path ? $", weights {path}" : "";
            throw CommandException.Input($"{source.Path}{weighted}: {CommandException.Text(e)} (The vectors are the "
                + $"{(parsed.GetRequiredValue(Axis) == "0" ? "columns" : "rows")}.)");
        }
        var output = parsed.GetRequiredValue(Target);
        NpyWriter.Write<T>(output, values, source.Shape);
        return ProjectResult.From(output, layout, target, result, before, MeasureZeros<T>(values));
    }

    private static VectorLayout Layout(NpyArray source, bool ofColumns) => source.Shape switch
    {
        [var length] => VectorLayout.Rows(1, length),
        [var rows, var columns] => ofColumns ? VectorLayout.Columns(columns, rows) : VectorLayout.Rows(rows, columns),
        _ => throw CommandException.Input($"{source.Path}: shape {source.ShapeText}; a matrix or one vector is wanted."),
    };

    private static T[] ReadWeights<T>(NpyArray source, VectorLayout layout, string? path) where T : unmanaged, INumber<T>
    {
        if (path is null) return [];
        var weights = NpyReader.Read(path);
        return weights.Shape.SequenceEqual(source.Shape) || weights.Shape is [var length] && length == layout.Length
            ? weights.As<T>()
            : throw CommandException.Input($"{path}: shape {weights.ShapeText}; wanted {source.ShapeText}, or ({layout.Length},) for all "
                + "vectors.");
    }

    private static double MeasureZeros<T>(ReadOnlySpan<T> values) where T : unmanaged, INumber<T> =>
        values.IsEmpty ? 0 : (double)values.Count(T.Zero) / values.Length;
}
