using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Google.Protobuf;
using GspMl.Onnx.Proto;

namespace GspMl.ML.Saving;

/// <summary>A fitted component written as an ONNX graph that computes the same function.</summary>
internal abstract class FittedGraph
{
    public const string Prefix = "gspml.";
    private const int Opset = 11, IrVersion = 6; // all that is needed, and what the oldest ONNX Runtime that ML.NET 5 takes reads

    /// <summary>The name by which a saved model is recognised.</summary>
    public abstract string Component { get; }

    public abstract IReadOnlyList<GraphColumn> Inputs { get; }

    public abstract IReadOnlyList<GraphColumn> Outputs { get; }

    /// <summary>What is not in the constants but needed to rebuild the transformer.</summary>
    protected virtual IEnumerable<(string Key, string Value)> Settings => [];

    /// <summary>Adds the computation: from double [rows, size] inputs to double [rows, size] outputs.</summary>
    protected abstract string[] Compute(GraphBuilder graph, string[] inputs);

    /// <summary>The graph for any number of rows: inputs [rows, size], outputs [rows, size].</summary>
    public byte[] ToBatchModel() => ToBatchModel(name => name, name => name);

    /// <summary>The same with other names than the columns'.</summary>
    public byte[] ToBatchModel(Func<string, string> inputName, Func<string, string> outputName) =>
        Write([.. Inputs.Select(c => inputName(c.Name))], [.. Outputs.Select(c => outputName(c.Name))], "rows");

    /// <summary>
    /// The graph for one row, as ML.NET's own transformer runs it: inputs [1, size], outputs [size] or of the column's own
    /// dimensions. An output of rank 1 loads as a plain vector; [1, size] would load as a matrix, which trainers refuse.
    /// </summary>
    public byte[] ToRowModel(string[] inputNames, string[] outputNames) => Write(inputNames, outputNames, null);

    private byte[] Write(string[] inputNames, string[] outputNames, string? rows)
    {
        var graph = new GraphBuilder(Component, [.. inputNames, .. outputNames]);
        var inputs = Inputs.Select((column, i) =>
        {
            var input = graph.Input(inputNames[i], TensorProto.Types.DataType.Float, (object?)rows ?? 1, column.Size);
            return graph.Cast(input, TensorProto.Types.DataType.Double);
        }).ToArray();
        var outputs = Compute(graph, inputs);
        for (var i = 0; i < Outputs.Count; i++) Finish(graph, Outputs[i], outputs[i], outputNames[i], rows);

        var model = new ModelProto { IrVersion = IrVersion, ProducerName = "GspMl", Graph = graph.Graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Opset });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 2 });
        foreach (var (key, value) in AllSettings())
            model.MetadataProps.Add(new StringStringEntryProto { Key = Prefix + key, Value = value });
        return model.ToByteArray();
    }

    private static void Finish(GraphBuilder graph, GraphColumn column, string value, string name, string? rows)
    {
        var single = graph.Cast(value, TensorProto.Types.DataType.Float);
        long[] shape = rows is null ? [.. column.Dimensions] : [-1, column.Size];
        graph.NodeTo(name, "Reshape", [single, graph.Constant($"{Prefix}shape.{column.Name}", shape, shape.Length)]);
        if (rows is null) graph.Output(name, TensorProto.Types.DataType.Float, [.. column.Dimensions]);
        else graph.Output(name, TensorProto.Types.DataType.Float, rows, column.Size);
        AddSlotNames(graph, column, name);
    }

    /// <summary>ML.NET reads slot names from the keys of a LabelEncoder node of this name; no value depends on the node.</summary>
    private static void AddSlotNames(GraphBuilder graph, GraphColumn column, string name)
    {
        if (column.SlotNames.Count == 0) return;
        var node = new NodeProto { OpType = "LabelEncoder", Domain = "ai.onnx.ml", Name = $"mlnet.{name}.SlotNames" };
        node.Input.Add(graph.Constant($"{Prefix}slots.{column.Name}", [column.SlotNames[0]]));
        node.Output.Add(graph.FreshName());
        node.Attribute.Add(GraphBuilder.Strings("keys_strings", column.SlotNames));
        node.Attribute.Add(GraphBuilder.Integers("values_int64s", [.. Enumerable.Range(0, column.SlotNames.Count).Select(i => (long)i)]));
        graph.Graph.Node.Add(node);
    }

    private IEnumerable<(string Key, string Value)> AllSettings() =>
    [
        ("component", Component),
        ("inputs", JsonSerializer.Serialize(Inputs)),
        ("outputs", JsonSerializer.Serialize(Outputs)),
        .. Settings,
    ];

    protected static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// Numbers that the graph itself has no use for: as constants, ONNX Runtime would warn of them each time that it loads the model.
    /// </summary>
    protected static string Numbers<T>(IReadOnlyList<T> values)
        where T : INumber<T> => JsonSerializer.Serialize(values);
}
