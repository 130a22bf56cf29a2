using Microsoft.ML;

namespace GspMl.ML.OnnxExport;

/// <summary>One transformer of a chain, at its place.</summary>
/// <param name="Transformer">The transformer, no chain.</param>
/// <param name="Input">The columns before it, hidden ones left out: no later step can see them.</param>
/// <param name="Output">The columns behind it.</param>
/// <param name="Added">The names of those that it computes; some may replace a column of the same name.</param>
internal sealed record Step(ITransformer Transformer, DataViewSchema Input, DataViewSchema Output, IReadOnlyList<string> Added)
{
    /// <summary>The steps of a model in their order, chains within chains laid out.</summary>
    /// <exception cref="NotSupportedException">A step does not work row by row.</exception>
    public static IReadOnlyList<Step> Of(ITransformer model, DataViewSchema input)
    {
        var steps = new List<Step>();
        foreach (var transformer in Flatten(model))
        {
            steps.Add(At(transformer, input));
            input = steps[^1].Output;
        }
        return steps;
    }

    /// <summary>The columns before the step that these of its columns are computed from.</summary>
    public IEnumerable<string> Dependencies(IEnumerable<string> added)
    {
        var mapper = Transformer.GetRowToRowMapper(Input);
        return mapper.GetDependencies(added.Select(name => mapper.OutputSchema[name])).Select(column => column.Name);
    }

    private static Step At(ITransformer transformer, DataViewSchema input)
    {
        if (!transformer.IsRowToRowMapper)
            throw new NotSupportedException($"{transformer.GetType().Name} does not work row by row and cannot be exported.");
        var output = transformer.GetOutputSchema(input);
        // A column that is replaced stays, hidden, beside the one that replaces it.
        var added = output.Where(column => !column.IsHidden && output.Count(each => each.Name == column.Name) > Count(input, column.Name));
        return new(transformer, input, Visible(output), [.. added.Select(column => column.Name)]);
    }

    private static int Count(DataViewSchema schema, string name) => schema.Count(column => column.Name == name);

    private static DataViewSchema Visible(DataViewSchema schema) => Only(schema.Where(column => !column.IsHidden));

    /// <summary>A schema of these columns.</summary>
    public static DataViewSchema Only(IEnumerable<DataViewSchema.Column> columns)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns.Select(column => new DataViewSchema.DetachedColumn(column)));
        return builder.ToSchema();
    }

    private static IEnumerable<ITransformer> Flatten(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Flatten) : [model];
}
