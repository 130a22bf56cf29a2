using System.Globalization;
using GspMl.Onnx.Proto;

namespace GspMl.ML.OnnxExport;

/// <summary>
/// One graph of several that follow each other. Each brings its values under a prefix of its own; where it reads a column, it reads the
/// value that the column has by then, or an input of the whole.
/// </summary>
internal sealed class JoinedGraph
{
    private const int IrVersion = 6, LeastOpset = 11, GreatestOpset = 12; // between them no operator that is used here changed

    private readonly GraphProto joined = new() { Name = "pipeline" };
    private readonly Dictionary<string, ValueInfoProto> columns = [];
    private readonly Dictionary<string, long> opsets = [];
    private int pieces;

    /// <summary>Adds a model behind what is there.</summary>
    /// <param name="model">Its inputs are columns; its outputs columns with <see cref="StepGraph.OutputSuffix"/>.</param>
    /// <param name="computed">The columns to take from it.</param>
    public void Add(ModelProto model, IReadOnlyList<string> computed)
    {
        var (graph, prefix) = (model.Graph, string.Create(CultureInfo.InvariantCulture, $"gspml.step{pieces++}."));
        foreach (var opset in model.OpsetImport) Require(opset);
        Reachable.Prune(graph, computed.Select(column => column + StepGraph.OutputSuffix));
        var constants = graph.Initializer.Select(tensor => tensor.Name).ToHashSet();
        var read = graph.Input.Where(input => !constants.Contains(input.Name) && Reachable.Reads(graph, input.Name))
            .ToDictionary(input => input.Name, input => Adapted(input, prefix));
        Renaming.Apply(graph, name => read.TryGetValue(name, out var value) ? value : prefix + name);
        joined.Node.Add(graph.Node);
        joined.Initializer.Add(graph.Initializer);
        foreach (var column in computed)
            columns[column] = graph.Output.Single(output => output.Name == prefix + column + StepGraph.OutputSuffix);
    }

    /// <summary>Makes a column an output of the whole.</summary>
    public void AddOutput(string column)
    {
        var name = column + StepGraph.OutputSuffix;
        joined.Node.Add(Node("Identity", name, columns[column].Name));
        joined.Output.Add(new ValueInfoProto { Name = name, Type = columns[column].Type.Clone() });
    }

    public ModelProto ToModel()
    {
        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "GspMl.ML.OnnxExport", Graph = joined };
        foreach (var (domain, version) in opsets) model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });
        return model;
    }

    private void Require(OperatorSetIdProto opset)
    {
        if (opset.Domain.Length == 0 && opset.Version is < LeastOpset or > GreatestOpset)
        {
            throw new NotSupportedException(
                $"A step was converted to opset {opset.Version}; {LeastOpset} to {GreatestOpset} can be joined.");
        }
        opsets[opset.Domain] = Math.Max(opset.Version, opsets.GetValueOrDefault(opset.Domain));
    }

    /// <summary>The value that a step reads for one of its inputs: of the type and the shape that the step takes it for.</summary>
    private string Adapted(ValueInfoProto input, string prefix)
    {
        if (!columns.TryGetValue(input.Name, out var column))
        {
            columns.Add(input.Name, column = input.Clone());
            joined.Input.Add(column);
        }
        var (value, wanted, given) = (column.Name, input.Type.TensorType, column.Type.TensorType);
        if (wanted.ElemType != given.ElemType)
        {
            var cast = Node("Cast", $"{prefix}cast.{input.Name}", value);
            cast.Attribute.Add(Saving.GraphBuilder.Integer("to", wanted.ElemType));
            joined.Node.Add(cast);
            value = cast.Output[0];
        }
        return IsSame(wanted.Shape, given.Shape) ? value : Reshaped(value, wanted.Shape, $"{prefix}shape.{input.Name}");
    }

    /// <summary>The first dimension is that of the rows, however it is written.</summary>
    private static bool IsSame(TensorShapeProto? a, TensorShapeProto? b) =>
        a is not null && b is not null && Sizes(a).SequenceEqual(Sizes(b));

    private static IEnumerable<long> Sizes(TensorShapeProto shape) => shape.Dim.Skip(1).Select(dim => dim.DimValue);

    private string Reshaped(string value, TensorShapeProto shape, string name)
    {
        var dims = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Int64 };
        dims.Dims.Add(shape.Dim.Count);
        dims.Int64Data.Add(shape.Dim.Select((dim, i) => i == 0 ? -1 : dim.DimValue));
        joined.Initializer.Add(dims);
        var node = Node("Reshape", $"{name}.reshaped", value, name);
        joined.Node.Add(node);
        return node.Output[0];
    }

    private static NodeProto Node(string operation, string output, params IEnumerable<string> inputs)
    {
        var node = new NodeProto { OpType = operation, Name = $"{operation}.{output}" };
        node.Input.Add(inputs);
        node.Output.Add(output);
        return node;
    }
}
