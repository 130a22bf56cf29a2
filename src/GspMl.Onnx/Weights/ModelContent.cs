using GspMl.Onnx.Models;
using GspMl.Onnx.Proto;

namespace GspMl.Onnx.Weights;

/// <summary>A model file, the tensors and weights that were found in it, and the new elements of some of them.</summary>
internal sealed class ModelContent
{
    private readonly TensorIndex index;

    private ModelContent(ModelFile file, TensorIndex index, IReadOnlyList<PrunableWeight> weights, IReadOnlyList<SkippedTensor> skipped,
        ModelEdits edits, int maxThreads)
        => (File, this.index, Weights, Skipped, Edits, Elements) = (file, index, weights, skipped, edits, new(file, edits, maxThreads));

    public ModelFile File { get; }

    public ModelEdits Edits { get; }

    /// <summary>Reads tensors as the edits left them.</summary>
    public ElementReader Elements { get; }

    public IReadOnlyList<PrunableWeight> Weights { get; }

    public IReadOnlyList<SkippedTensor> Skipped { get; }

    /// <summary>Whether a tensor may be that of a layer; else there is nothing to change, and no need to load the model.</summary>
    public bool MayHaveLayers => Weights.Count > 0 || Skipped.Any(tensor => tensor.Shape.Count > 1);

    public string Path => File.Path;

    public ModelProto Proto => File.Model;

    public IEnumerable<TensorLocation> Tensors => index.All;

    /// <summary>Where a tensor of <see cref="Proto"/> lies.</summary>
    public TensorLocation Locate(TensorProto tensor) => index[tensor];

    /// <summary>The names of the model's inputs that have no default value.</summary>
    public IReadOnlyList<string> Inputs
        => [.. Proto.Graph.Input.Select(input => input.Name).Except(Proto.Graph.Initializer.Select(initializer => initializer.Name))];

    /// <exception cref="OnnxModelException">The file holds no model whose tensors can be told apart.</exception>
    public static ModelContent Of(ModelFile file)
    {
        try
        {
            var index = TensorIndex.Of(file.Model, file.Root);
            var (weights, skipped) = WeightFinder.Find(file.Model, index);
            return new(file, index, weights, skipped, ModelEdits.None, 0);
        }
        catch (InvalidDataException e)
        {
            throw new OnnxModelException($"{file.Path}: {e.Message}", e);
        }
    }

    /// <summary>The same model with other elements for some of its tensors; the others stay as earlier edits left them.</summary>
    public ModelContent With(ModelEdits edits)
    {
        edits.Inherit(Edits);
        return new(File, index, Weights, Skipped, edits, Elements.MaxThreads);
    }

    /// <summary>The same model, its external data read on no more threads than this; 0 for as many as there are processors.</summary>
    public ModelContent WithThreads(int maxThreads) => new(File, index, Weights, Skipped, Edits, maxThreads);
}
