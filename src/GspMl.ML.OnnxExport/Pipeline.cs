using Google.Protobuf;
using Microsoft.ML;

namespace GspMl.ML.OnnxExport;

/// <summary>The way from a fitted pipeline to one model: its steps, which of them are needed, their graphs, the joined graph.</summary>
internal static class Pipeline
{
    public static byte[] Export(
        ModelOperationsCatalog catalog, ITransformer model, DataViewSchema inputSchema, IReadOnlyList<string> outputs)
    {
        var steps = Step.Of(model, inputSchema);
        var wanted = Outputs(steps, outputs);
        var needed = Needed(steps, wanted);
        var graph = new JoinedGraph();
        foreach (var (step, columns) in needed) graph.Add(StepGraph.Of(catalog, step, columns), columns);
        foreach (var column in wanted) graph.AddOutput(column);
        return graph.ToModel().ToByteArray();
    }

    private static List<string> Outputs(IReadOnlyList<Step> steps, IReadOnlyList<string> asked)
    {
        var there = steps.Count == 0 ? [] : steps[^1].Output.Select(column => column.Name).ToHashSet();
        var computed = steps.SelectMany(step => step.Added).Where(there.Contains).Distinct().ToList();
        if (asked.FirstOrDefault(name => !computed.Contains(name)) is { } missing)
        {
            throw new ArgumentOutOfRangeException(
                nameof(asked), $"The pipeline computes no column '{missing}'. Those that it computes: {string.Join(", ", computed)}.");
        }
        return asked.Count == 0 ? computed : [.. asked.Distinct()];
    }

    /// <summary>
    /// Each step with the columns that something behind it needs, from the last to the first: a name means the column that the nearest
    /// step before gave it.
    /// </summary>
    private static List<(Step Step, IReadOnlyList<string> Columns)> Needed(IReadOnlyList<Step> steps, IEnumerable<string> outputs)
    {
        var (needed, open) = (new List<(Step Step, IReadOnlyList<string> Columns)>(), outputs.ToHashSet());
        foreach (var step in steps.Reverse())
        {
            var columns = step.Added.Where(open.Contains).ToList();
            if (columns.Count == 0) continue;
            open.ExceptWith(columns);
            open.UnionWith(step.Dependencies(columns));
            needed.Add((step, columns));
        }
        needed.Reverse();
        return needed;
    }
}
