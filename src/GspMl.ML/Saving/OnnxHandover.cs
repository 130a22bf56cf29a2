using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Onnx;

namespace GspMl.ML.Saving;

/// <summary>
/// Saves a component as ML.NET's own ONNX transformer. ML.NET keeps the types by which a component is saved to itself, so a component from
/// outside could be written but never loaded; an ONNX transformer loads wherever ML.NET does.
/// </summary>
internal static class OnnxHandover
{
    private const string OutputSuffix = ".output"; // ML.NET's ONNX transformer cuts this end off a column's name

    /// <summary>
    /// Writes the graph at the context's place in the model. ML.NET's transformer keeps no bytes but a file, which it reads again when
    /// saved: so it lives in a folder of its own here, and both are gone when this returns.
    /// </summary>
    /// <param name="graph">What to save.</param>
    /// <param name="context">Where.</param>
    /// <param name="temporary">Where the folder is made; null for the system's folder of temporary files.</param>
    /// <exception cref="IOException">No folder can be made there.</exception>
    /// <exception cref="InvalidOperationException">The native ONNX Runtime is missing.</exception>
    public static void Save(FittedGraph graph, ModelSaveContext context, string? temporary)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var folder = new TemporaryFolder(temporary);
        try
        {
            var inner = Build(graph, new MLContext { TempFilePath = folder.Path }, Path.Combine(folder.Path, "model.onnx"));
            using (inner as IDisposable) inner.Save(context);
        }
        catch (Exception error) when (MissingRuntime.IsCauseOf(error))
        {
            throw MissingRuntime.Told("A model with a component of GspMl is saved as one with an ONNX transformer", error);
        }
    }

    private static ITransformer Build(FittedGraph graph, MLContext ml, string file)
    {
        var inputs = graph.Inputs.Select(c => c.Name).ToArray();
        var outputs = graph.Outputs.Select(c => c.Name).ToArray();
        return outputs.Any(name => inputs.Contains(name) || !IsPlain(name)) || !inputs.All(IsPlain)
            ? Renamed(graph, ml, file, inputs, outputs)
            : Onnx(graph, ml, file, inputs, outputs).Fit(Empty(graph));
    }

    /// <summary>
    /// In ONNX a value has one name, so a column that is replaced, or whose name ML.NET would change, goes by another name inside. That
    /// name stands among the user's columns for a while, none of which is known here: a hash of the graph is in it.
    /// </summary>
    private static TransformerChain<ITransformer> Renamed(FittedGraph graph, MLContext ml, string file, string[] inputs, string[] outputs)
    {
        var bytes = SHA256.HashData(graph.ToRowModel(Numbered("i", inputs), Numbered("o", outputs)));
        var hash = Convert.ToHexStringLower(bytes.AsSpan(0, 8));
        var (innerInputs, innerOutputs) = (Numbered($"gspml-{hash}-input-", inputs), Numbered($"gspml-{hash}-output-", outputs));
        var chain = new EstimatorChain<ITransformer>();
        for (var i = 0; i < inputs.Length; i++) chain = chain.Append<ITransformer>(ml.Transforms.CopyColumns(innerInputs[i], inputs[i]));
        chain = chain.Append<ITransformer>(Onnx(graph, ml, file, innerInputs, innerOutputs));
        for (var i = 0; i < outputs.Length; i++) chain = chain.Append<ITransformer>(ml.Transforms.CopyColumns(outputs[i], innerOutputs[i]));
        return chain.Append<ITransformer>(ml.Transforms.DropColumns([.. innerInputs, .. innerOutputs])).Fit(Empty(graph));
    }

    private static string[] Numbered(string stem, string[] names) =>
        [.. names.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{stem}{i}"))];

    private static OnnxScoringEstimator Onnx(FittedGraph graph, MLContext ml, string file, string[] inputs, string[] outputs)
    {
        File.WriteAllBytes(file, graph.ToRowModel(inputs, outputs));
        // recursionLimit is named because the overloads are ambiguous without it.
        return ml.Transforms.ApplyOnnxModel(outputs, inputs, file, shapeDictionary: null, recursionLimit: 100);
    }

    private static Schema.SchemaOnlyDataView Empty(FittedGraph graph)
    {
        var builder = new DataViewSchema.Builder();
        foreach (var column in graph.Inputs) builder.AddColumn(column.Name, Schema.SchemaShapes.SingleVector(column.Dimensions));
        return new(builder.ToSchema());
    }

    private static bool IsPlain(string name) =>
        !name.EndsWith(OutputSuffix, StringComparison.Ordinal)
        && !name.StartsWith("mlnet.", StringComparison.Ordinal)
        && !name.StartsWith(FittedGraph.Prefix, StringComparison.Ordinal)
        && !string.IsNullOrWhiteSpace(name);
}
