using Google.Protobuf.Collections;
using GspMl.Onnx.Proto;

namespace GspMl.ML.OnnxExport;

/// <summary>Gives all values and nodes of a graph other names, in the bodies of its nodes too.</summary>
internal static class Renaming
{
    public static void Apply(GraphProto graph, Func<string, string> name)
    {
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo)) value.Name = name(value.Name);
        foreach (var tensor in graph.Initializer) tensor.Name = name(tensor.Name);
        foreach (var node in graph.Node)
        {
            node.Name = name(node.Name);
            Rename(node.Input, name);
            Rename(node.Output, name);
            foreach (var attribute in node.Attribute)
                if (attribute.G is not null) Apply(attribute.G, name);
        }
    }

    /// <summary>An empty name is that of an input that is left out.</summary>
    private static void Rename(RepeatedField<string> values, Func<string, string> name)
    {
        for (var i = 0; i < values.Count; i++)
            if (values[i].Length > 0) values[i] = name(values[i]);
    }
}
