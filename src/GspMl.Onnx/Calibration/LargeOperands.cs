using GspMl.Onnx.Models;
using Microsoft.ML.OnnxRuntime;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// The large initializers of a model that is not to be held in memory: a <see cref="WorkingModel"/> leaves their elements out, and each
/// part of it that runs is given those that it reads as inputs, which come from the model's files and go with the part.
/// </summary>
internal sealed class LargeOperands
{
    /// <summary>Bytes of them that are at hand at once, and of a model that is run as it is.</summary>
    public const long MostHeld = 128L << 20;

    private const long LargeTensor = 64L << 10;

    private readonly OnnxModel model;
    private readonly Dictionary<string, TensorLocation> tensors;
    private readonly long most;

    private LargeOperands(OnnxModel model, Dictionary<string, TensorLocation> tensors, long most)
        => (this.model, this.tensors, this.most, Locations) = (model, tensors, most, tensors.Values.ToHashSet());

    /// <summary>Those of a model; none where it is small.</summary>
    /// <param name="model">The model; nothing in it is stored sparse.</param>
    /// <param name="most">Bytes to hold at once.</param>
    public static LargeOperands Of(OnnxModel model, long most)
    {
        var large = model.Proto.Graph.Initializer.Select(tensor => (tensor.Name, Location: model.Locate(tensor)))
            .Where(tensor => tensor.Location.Storage != TensorStorage.Typed && tensor.Location.ByteCount >= LargeTensor)
            .DistinctBy(tensor => tensor.Name).ToDictionary(tensor => tensor.Name, tensor => tensor.Location);
        return new(model, large.Values.Sum(tensor => tensor.ByteCount) > most ? large : [], most);
    }

    /// <summary>Where they lie.</summary>
    public IReadOnlySet<TensorLocation> Locations { get; }

    /// <summary>Of some tensors those that are such operands.</summary>
    public IEnumerable<string> Among(IEnumerable<string> names) => names.Where(tensors.ContainsKey).Distinct();

    /// <summary>How many of the nodes from the first one on may run together: what they read is held at once.</summary>
    /// <param name="working">The model.</param>
    /// <param name="first">The first node.</param>
    /// <param name="nodes">The most nodes.</param>
    public int PartLength(WorkingModel working, int first, int nodes)
    {
        var (read, bytes) = (new HashSet<string>(), 0L);
        for (var length = 0; length < nodes; length++)
        {
            bytes += Among(working.ReadsOf(first + length)).Where(read.Add).Sum(name => tensors[name].ByteCount);
            if (bytes > most && length > 0) return length;
        }
        return nodes;
    }

    /// <summary>One of them as ONNX Runtime takes it; the caller owns it.</summary>
    /// <exception cref="OnnxModelException">Its elements cannot be read.</exception>
    public OrtValue Read(string name)
    {
        var tensor = tensors[name];
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (OrtElement)tensor.Proto.DataType, [.. tensor.Shape]);
        try
        {
            model.Elements.Fill(tensor, value.GetTensorMutableRawData());
            return value;
        }
        catch
        {
            value.Dispose();
            throw;
        }
    }
}
