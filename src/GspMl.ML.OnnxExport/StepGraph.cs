using GspMl.ML.Fitted;
using GspMl.ML.Schema;
using GspMl.Onnx.Proto;
using Microsoft.ML;
using Microsoft.ML.Transforms.Onnx;

namespace GspMl.ML.OnnxExport;

/// <summary>One step as a graph, from a component of GspMl itself or from ML.NET's converter.</summary>
internal static class StepGraph
{
    /// <summary>What ML.NET's converter puts behind the name of an output.</summary>
    public const string OutputSuffix = ".output";

    /// <summary>A model whose inputs bear the names of columns, and whose outputs do with <see cref="OutputSuffix"/>.</summary>
    /// <param name="catalog">Has the converter.</param>
    /// <param name="step">The step.</param>
    /// <param name="wanted">The columns to compute.</param>
    /// <exception cref="NotSupportedException">The step cannot be converted.</exception>
    public static ModelProto Of(ModelOperationsCatalog catalog, Step step, IReadOnlyList<string> wanted) =>
        step.Transformer is IGraphComponent component
            ? ModelProto.Parser.ParseFrom(component.ToBatchModel(name => name, name => name + OutputSuffix))
            : Convert(catalog, step, wanted);

    private static ModelProto Convert(ModelOperationsCatalog catalog, Step step, IReadOnlyList<string> wanted)
    {
        var needed = step.Dependencies(wanted).ToHashSet();
        var schema = Step.Only(step.Input.Where(column => needed.Contains(column.Name)));
        var model = Run(catalog, step, new SchemaOnlyDataView(schema), wanted);
        // What the converter cannot convert it leaves out: the column is then an input, or passed through as it came.
        if (model.Graph.Input.Any(input => !needed.Contains(input.Name)) || wanted.Any(name => IsPassedThrough(model.Graph, name)))
            throw Unsupported(step, wanted, null);
        return model;
    }

    private static ModelProto Run(ModelOperationsCatalog catalog, Step step, SchemaOnlyDataView data, IReadOnlyList<string> wanted)
    {
        using var memory = new MemoryStream();
        try
        {
            catalog.ConvertToOnnx(step.Transformer, data, memory, [.. wanted]);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or KeyNotFoundException)
        {
            throw Unsupported(step, wanted, error);
        }
        return ModelProto.Parser.ParseFrom(memory.ToArray());
    }

    /// <summary>Whether a column's output is the input of its name, behind nodes that change nothing.</summary>
    private static bool IsPassedThrough(GraphProto graph, string column)
    {
        var value = column + OutputSuffix;
        while (graph.Node.FirstOrDefault(node => node.Output.Contains(value)) is { } node)
        {
            if (node.OpType != "Identity") return false;
            value = node.Input[0];
        }
        return value == column;
    }

    private static NotSupportedException Unsupported(Step step, IReadOnlyList<string> wanted, Exception? error)
    {
        var columns = string.Join(", ", wanted.Select(name => $"'{name}'"));
        var remedy = step.Transformer is OnnxTransformer
            ? "If GspMl saved it, load the model with RestoreGspMl."
            : "Name output columns that do not need it, or export from the step behind it on.";
        return new($"{step.Transformer.GetType().Name}, which computes {columns}, has no conversion to ONNX in ML.NET. {remedy}", error);
    }
}
