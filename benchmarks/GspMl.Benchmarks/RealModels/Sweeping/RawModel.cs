namespace GspMl.Benchmarks.RealModels.Sweeping;

/// <summary>The constants of a model file by the names that reports give them: initializers and the outputs of Constant nodes, those of
/// subgraphs with the path before them.</summary>
internal static class RawModel
{
    public static Dictionary<string, RawTensor> Constants(string path)
    {
        var found = new Dictionary<string, RawTensor>();
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var field in WireReader.Fields(File.ReadAllBytes(path)))
            if (field.Number == 7) ReadGraph(field.Bytes, "", folder, found);
        return found;
    }

    private static void ReadGraph(ReadOnlyMemory<byte> graph, string prefix, string folder, Dictionary<string, RawTensor> found)
    {
        foreach (var field in WireReader.Fields(graph))
        {
            if (field.Number == 1) ReadNode(field.Bytes, prefix, folder, found);
            if (field.Number != 5) continue;
            var tensor = RawTensor.Read(field.Bytes, folder);
            found[prefix + tensor.Name] = tensor;
        }
    }

    private static void ReadNode(ReadOnlyMemory<byte> node, string prefix, string folder, Dictionary<string, RawTensor> found)
    {
        var fields = WireReader.Fields(node).ToList();
        var output = fields.FirstOrDefault(field => field.Number == 2).Text;
        var name = fields.FirstOrDefault(field => field.Number == 3).Text;
        var kind = fields.FirstOrDefault(field => field.Number == 4).Text;
        foreach (var attribute in fields.Where(field => field.Number == 5).Select(field => WireReader.Fields(field.Bytes).ToList()))
        {
            foreach (var tensor in attribute.Where(field => field.Number == 5))
                if (kind == "Constant") found[prefix + output] = RawTensor.Read(tensor.Bytes, folder);
            var inside = $"{prefix}{(name.Length > 0 ? name : $"{kind}→{output}")}/{attribute.First(field => field.Number == 1).Text}/";
            foreach (var graph in attribute.Where(field => field.Number == 6)) ReadGraph(graph.Bytes, inside, folder, found);
        }
    }
}
