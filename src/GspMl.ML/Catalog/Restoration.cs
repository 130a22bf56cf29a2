using GspMl.ML.Saving;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Onnx;

namespace GspMl.ML.Catalog;

/// <summary>Puts components in the place of the ONNX transformers that they were saved as. What is replaced is disposed of.</summary>
/// <param name="archive">The model's file: the parts of a loaded model stand in it under their numbers.</param>
/// <param name="environment">Of the catalog that loaded it.</param>
internal sealed class Restoration(ModelArchive archive, IHostEnvironment? environment)
{
    /// <summary>The model, or what it is with components in place.</summary>
    /// <param name="model">A part of the loaded model.</param>
    /// <param name="folder">Its folder in the file.</param>
    public ITransformer Restore(ITransformer model, string folder) => model switch
    {
        OnnxTransformer onnx when archive.Find(folder) is { } saved => Replace(onnx, saved),
        TransformerChain<ITransformer> chain => RestoreChain(chain, folder),
        _ => model,
    };

    private ITransformer RestoreChain(TransformerChain<ITransformer> chain, string folder)
    {
        var parts = chain.ToList();
        if (Renamed(parts, folder) is { } saved) return Replace(chain, saved);
        var restored = parts.Select((part, i) => Restore(part, ModelArchive.PartOf(folder, i))).ToList();
        return restored.SequenceEqual(parts) ? chain : new TransformerChain<ITransformer>([.. restored]);
    }

    /// <summary>
    /// A component that replaces its input was saved as a chain of its own, with columns of other names around the ONNX transformer.
    /// </summary>
    private SavedGraph? Renamed(List<ITransformer> parts, string folder)
    {
        var onnx = parts.FindIndex(part => part is OnnxTransformer);
        if (onnx < 0 || archive.Find(ModelArchive.PartOf(folder, onnx)) is not { } saved) return null;
        var isAlone = parts.Count == 2 + saved.Inputs.Count + saved.Outputs.Count
            && parts.All(part => part is OnnxTransformer or ColumnCopyingTransformer or ColumnSelectingTransformer);
        return isAlone ? saved : null;
    }

    private ITransformer Replace(IDisposable replaced, SavedGraph saved)
    {
        ITransformer component = saved.Component switch
        {
            EncodingGraph.ComponentName => SparseNmfTransformer.Restore(saved, environment),
            ThresholdGraph.ComponentName => GspProjectionTransformer.Restore(saved, environment),
            RowGroupGraph.ComponentName => RowGroupProjectionTransformer.Restore(saved, environment),
            _ => throw new FormatException($"The model has a component '{saved.Component}' that this version of GspMl does not know."),
        };
        replaced.Dispose();
        return component;
    }
}
