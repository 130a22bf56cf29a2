using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Operators;
using GspMl.Onnx.Proto;
using GspMl.Training.Graphs;
using GspMl.Training.Operators;
using GspMl.Training.Operators.Fused;

namespace GspMl.Training.Forward;

/// <summary>
/// A copy of a model in the form that gradients are written for: functions inlined, operators of a new enough version, fused ones by their
/// parts, numbers of single precision, constants stored as initializers, inputs of any shape.
/// </summary>
internal sealed class ForwardGraph
{
    private readonly ModelProto model;

    private ForwardGraph(string path, ModelProto model, long opset) => (Path, this.model, Opset) = (path, model, opset);

    /// <summary>The model's file, for messages.</summary>
    public string Path { get; }

    /// <summary>The version of ONNX's operators.</summary>
    public long Opset { get; }

    public GraphProto Graph => model.Graph;

    /// <summary>The model's outputs.</summary>
    public IReadOnlyList<string> Outputs => [.. Graph.Output.Select(output => output.Name)];

    /// <exception cref="OnnxModelException">The model cannot be brought into this form; the message says why.</exception>
    public static ForwardGraph Of(string path, WorkingModel working)
    {
        var model = working.Model.Clone();
        try
        {
            CheckFunctions(model);
            FunctionInlining.Apply(model);
            model.Functions.Clear();
            var opset = OpsetUpgrade.Apply(model);
            SinglePrecision.Apply(model);
            FusedParts.Apply(model.Graph, opset);
            StoreConstants(model.Graph);
            Open(model.Graph);
            return new(path, model, opset);
        }
        catch (NoGradientException e)
        {
            throw new OnnxModelException($"{path}: the model cannot be trained: {e.Message}.", e);
        }
    }

    /// <summary>A model of other nodes and values with the same operators.</summary>
    public ModelProto Wrap(GraphProto graph)
    {
        var wrapped = new ModelProto { IrVersion = model.IrVersion, Graph = graph };
        wrapped.OpsetImport.AddRange(model.OpsetImport);
        return wrapped;
    }

    /// <summary>A copy of the graph, to be written into.</summary>
    public GraphProto Copy() => Graph.Clone();

    private static void CheckFunctions(ModelProto model)
    {
        var version = VersionOf(model.OpsetImport);
        if (model.Functions.FirstOrDefault(function => VersionOf(function.OpsetImport) is { } own && own != version) is { } other)
            throw new NoGradientException($"its function '{other.Name}' has operators of another version than the model");
    }

    private static long? VersionOf(IEnumerable<OperatorSetIdProto> imports)
        => imports.FirstOrDefault(import => OperatorDomain.Of(import.Domain) == OperatorDomain.Onnx)?.Version;

    private static void StoreConstants(GraphProto graph)
    {
        foreach (var node in graph.Node.Where(node => StoredConstants.Of(node) is not null).ToList())
        {
            graph.Initializer.Add(StoredConstants.Of(node)!);
            graph.Node.Remove(node);
        }
    }

    /// <summary>Inputs of any shape, without those that only give initializers a type.</summary>
    private static void Open(GraphProto graph)
    {
        var stored = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        foreach (var input in graph.Input.Where(input => stored.Contains(input.Name)).ToList()) graph.Input.Remove(input);
        foreach (var value in graph.Input.Concat(graph.Output))
            if (value.Type?.TensorType is { } type) type.Shape = null;
        graph.ValueInfo.Clear();
    }
}
