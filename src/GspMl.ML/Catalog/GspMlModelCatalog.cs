using GspMl.ML.Catalog;
using GspMl.ML.Hosting;
using GspMl.ML.Saving;

namespace Microsoft.ML;

/// <summary>Loads models with GspMl's components.</summary>
public static class GspMlModelCatalog
{
    /// <summary>
    /// Loads a model and puts GspMl's components back where it has the ONNX transformers that they were saved as: they are faster, need no
    /// native ONNX Runtime to compute, and show what they learned. Everything else of the model is as
    /// <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/> gives it.
    /// </summary>
    /// <param name="catalog">The model operations of an <see cref="MLContext"/>.</param>
    /// <param name="filePath">The file that <c>mlContext.Model.Save</c> wrote.</param>
    /// <param name="inputSchema">The columns that the model was saved with.</param>
    /// <exception cref="FormatException">A component was saved by a version that this one cannot read.</exception>
    /// <exception cref="InvalidOperationException">The native ONNX Runtime is missing, with which ML.NET loads the model.</exception>
    public static ITransformer RestoreGspMl(this ModelOperationsCatalog catalog, string filePath, out DataViewSchema inputSchema)
    {
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        using var stream = File.OpenRead(filePath);
        return catalog.RestoreGspMl(stream, out inputSchema);
    }

    /// <summary>The same from a stream.</summary>
    /// <param name="catalog">The model operations of an <see cref="MLContext"/>.</param>
    /// <param name="stream">What <c>mlContext.Model.Save</c> wrote, from its beginning; it can seek.</param>
    /// <param name="inputSchema">The columns that the model was saved with.</param>
    /// <exception cref="ArgumentException">The stream cannot seek.</exception>
    /// <exception cref="FormatException">A component was saved by a version that this one cannot read.</exception>
    /// <exception cref="InvalidOperationException">The native ONNX Runtime is missing, with which ML.NET loads the model.</exception>
    public static ITransformer RestoreGspMl(this ModelOperationsCatalog catalog, Stream stream, out DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek) throw new ArgumentException("The stream cannot seek: the model is read from it twice.", nameof(stream));
        var model = Load(catalog, stream, out inputSchema);
        stream.Position = 0;
        using var archive = new ModelArchive(stream);
        return new Restoration(archive, CatalogEnvironment.Of(catalog)).Restore(model, archive.Root);
    }

    private static ITransformer Load(ModelOperationsCatalog catalog, Stream stream, out DataViewSchema inputSchema)
    {
        try
        {
            return catalog.Load(stream, out inputSchema);
        }
        catch (Exception error) when (MissingRuntime.IsCauseOf(error))
        {
            throw MissingRuntime.Told("ML.NET loads the components of GspMl as ONNX transformers", error);
        }
    }
}
