namespace GspMl.Onnx.Weights;

/// <summary>
/// Whether every name in the main graph stands for one value, as ONNX demands. ONNX Runtime takes some models in which one does not;
/// what is
/// cut from one of the two values it then refuses.
/// </summary>
internal static class SingleNames
{
    /// <exception cref="OnnxModelException">A name is given twice; the message has it.</exception>
    public static void Check(ModelContent model)
    {
        var graph = model.Proto.Graph;
        var names = new HashSet<string>();
        foreach (var name in graph.Initializer.Select(tensor => tensor.Name).Concat(graph.SparseInitializer.Select(tensor
            => tensor.Values?.Name ?? ""))
            .Concat(graph.Node.SelectMany(node => node.Output)))
        {
            if (name.Length > 0 && !names.Add(name))
                throw new OnnxModelException($"{model.Path}: '{name}' is the name of two values; ONNX wants one for each, and "
                    + "channels of one cannot be told from those of the other.");
        }
    }
}
