using System.IO.Compression;
using GspMl.ML;
using GspMl.ML.Saving;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Onnx;

namespace Microsoft.ML;

/// <summary>Finds GspMl's components in loaded models.</summary>
public static class GspMlModelCatalog
{
    /// <summary>
    /// Turns the ONNX transformers that GspMl's components were saved as back into those components: they are faster, need no native ONNX
    /// Runtime, and show what they learned. Everything else of the model stays as it is.
    /// </summary>
    /// <param name="catalog">The model operations of an <see cref="MLContext"/>.</param>
    /// <param name="model">A model as <see cref="ModelOperationsCatalog.Load(Stream, out DataViewSchema)"/> gives it.</param>
    /// <returns>The model with the components in place; <paramref name="model"/> itself where there is none.</returns>
    /// <exception cref="FormatException">A component was saved by a version that this one cannot read.</exception>
    public static ITransformer RestoreGspMl(this ModelOperationsCatalog catalog, ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return new Restoring(catalog).Restore(model);
    }

    private sealed class Restoring(ModelOperationsCatalog catalog)
    {
        public ITransformer Restore(ITransformer model) => model switch
        {
            OnnxTransformer onnx when Recognise(onnx) is { } saved => ToComponent(saved),
            TransformerChain<ITransformer> chain => RestoreChain(chain),
            _ => model,
        };

        private ITransformer RestoreChain(TransformerChain<ITransformer> chain)
        {
            // A component that replaces its input was saved as a chain of its own, with columns of other names around the ONNX transformer.
            var saved = chain.OfType<OnnxTransformer>().Select(Recognise).FirstOrDefault(graph => graph is not null);
            if (saved is not null && IsRenamed(saved, chain)) return ToComponent(saved);
            var parts = chain.Select(Restore).ToList();
            return parts.SequenceEqual(chain) ? chain : new TransformerChain<ITransformer>([.. parts]);
        }

        private static bool IsRenamed(SavedGraph saved, TransformerChain<ITransformer> chain) =>
            chain.Count() == 2 + saved.Inputs.Count + saved.Outputs.Count
            && chain.All(part => part is OnnxTransformer or ColumnCopyingTransformer or ColumnSelectingTransformer);

        private static ITransformer ToComponent(SavedGraph saved) => saved.Component switch
        {
            EncodingGraph.ComponentName => SparseNmfTransformer.Restore(saved),
            ThresholdGraph.ComponentName => GspProjectionTransformer.Restore(saved),
            RowGroupGraph.ComponentName => RowGroupProjectionTransformer.Restore(saved),
            _ => throw new FormatException($"The model has a component '{saved.Component}' that this version of GspMl does not know."),
        };

        /// <summary>An ONNX transformer shows its model to nobody but a file: it is saved once more and the model taken out.</summary>
        private SavedGraph? Recognise(OnnxTransformer transformer)
        {
            using var stream = new MemoryStream();
            catalog.Save(transformer, null, stream);
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            var entry = archive.Entries.FirstOrDefault(e => e.Name == "OnnxModel");
            if (entry is null) return null;
            using var reader = new BinaryReader(entry.Open());
            return SavedGraph.Recognise(reader.ReadBytes(reader.ReadInt32()));
        }
    }
}
