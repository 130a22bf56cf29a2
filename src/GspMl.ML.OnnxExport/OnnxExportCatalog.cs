using GspMl.ML.OnnxExport;

namespace Microsoft.ML;

/// <summary>Exports whole pipelines.</summary>
public static class OnnxExportCatalog
{
    /// <summary>
    /// Writes a fitted pipeline as one ONNX model: what stands before GspMl's components, the components, and what stands behind them,
    /// trainers too. Inputs bear the names of the columns that are read, outputs those of the columns asked for with <c>.output</c> behind
    /// them, as ML.NET's own <c>ConvertToOnnx</c> names them; both have the shape [rows, size]. Opset 12.
    /// </summary>
    /// <param name="catalog">The model operations of an <see cref="MLContext"/>.</param>
    /// <param name="model">
    /// A fitted transformer or a chain; one that was loaded has GspMl's components only if <c>RestoreGspMl</c> loaded it.
    /// </param>
    /// <param name="inputSchema">The columns that the pipeline reads, as those of its training data.</param>
    /// <param name="stream">Receives the model.</param>
    /// <param name="outputColumnNames">The columns to compute; none for all that the pipeline adds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pipeline has no such column.</exception>
    /// <exception cref="NotSupportedException">A step cannot be converted; the message names it. Nothing is written.</exception>
    public static void ExportToOnnx(
        this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema inputSchema, Stream stream,
        params IReadOnlyList<string> outputColumnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputSchema);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(outputColumnNames);
        foreach (var name in outputColumnNames) ArgumentNullException.ThrowIfNull(name, nameof(outputColumnNames));
        stream.Write(Pipeline.Export(catalog, model, inputSchema, outputColumnNames));
    }

    /// <summary>The same to a file, which appears whole or not at all; an existing one is replaced.</summary>
    /// <param name="catalog">The model operations of an <see cref="MLContext"/>.</param>
    /// <param name="model">A fitted transformer or a chain.</param>
    /// <param name="inputSchema">The columns that the pipeline reads, as those of its training data.</param>
    /// <param name="path">The file.</param>
    /// <param name="outputColumnNames">The columns to compute; none for all that the pipeline adds.</param>
    /// <exception cref="ArgumentOutOfRangeException">The pipeline has no such column.</exception>
    /// <exception cref="NotSupportedException">A step cannot be converted; the message names it. Nothing is written.</exception>
    public static void ExportToOnnx(
        this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema inputSchema, string path,
        params IReadOnlyList<string> outputColumnNames)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var memory = new MemoryStream();
        catalog.ExportToOnnx(model, inputSchema, memory, outputColumnNames);
        GspMl.Onnx.Files.OutputFile.Write(path, file => memory.WriteTo(file));
    }
}
