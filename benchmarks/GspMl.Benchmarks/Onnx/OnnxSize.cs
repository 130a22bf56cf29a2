using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Projection;

namespace GspMl.Benchmarks.Onnx;

/// <summary>
/// What pruning a large model costs: the time against copying the file, for 100 MB inside the model file, and the peak
/// memory for 4 GB of external data.
/// </summary>
internal static class OnnxSize
{
    private const int Rounds = 7;

    /// <summary>Runs the comparison; arguments: [time] [memory], both without any.</summary>
    public static void Run(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("gspml-bench-").FullName;
        try
        {
            if (arguments.Length == 0 || arguments.Contains("time")) Time(folder);
            if (arguments.Length == 0 || arguments.Contains("memory")) Memory(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>25 layers of 1024 × 1024: 100 MB of float32.</summary>
    private static void Time(string folder)
    {
        var (model, copy, pruned) = (Path.Combine(folder, "model.onnx"), Path.Combine(folder, "copy.onnx"), Path.Combine(folder, "pruned.onnx"));
        foreach (var transposed in new[] { true, false })
        {
            Build(model, layers: 25, size: 1024, transposed, external: false);
            foreach (var values in new[] { WeightValues.Original, WeightValues.Projected })
                foreach (var target in new[] { SparsityTarget.Zeros(0.8), SparsityTarget.Hoyer(0.8) }) Compare(model, copy, pruned, transposed, new() { Target = target, Values = values });
        }
    }

    private static void Compare(string model, string copy, string pruned, bool transposed, PruningOptions options)
    {
        var (copies, prunings, checks) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = -2; round < Rounds; round++)
        {
            var copying = Milliseconds(() => Copy(model, copy));
            var pruning = Milliseconds(() => Prune(model, pruned, options, checkLoads: false));
            var checking = Milliseconds(() => Prune(model, pruned, options, checkLoads: true));
            if (round < 0) continue;
            copies.Add(copying);
            prunings.Add(pruning);
            checks.Add(checking);
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{new FileInfo(model).Length / 1e6:F0} MB, {(transposed ? "Gemm [out,in]" : "MatMul [in,out]")}, {options.Target}, {options.Values}: copy {Median(copies):F0} ms, prune {Median(prunings):F0} ms = {Median(prunings) / Median(copies):F2} ×, with load check {Median(checks):F0} ms = {Median(checks) / Median(copies):F2} ×"));
    }

    /// <summary>32 layers of 5792 × 5792: 4 GB of float32 beside the model file.</summary>
    private static void Memory(string folder)
    {
        var model = Path.Combine(folder, "large.onnx");
        Build(model, layers: 32, size: 5792, transposed: true, external: true);
        var before = Peak();
        var watch = Stopwatch.StartNew();
        Prune(model, Path.Combine(folder, "large-pruned.onnx"), new() { Target = SparsityTarget.Zeros(0.8), Values = WeightValues.Original }, checkLoads: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{new FileInfo(model + ".data").Length / 1e9:F2} GB of external data: pruned, written and checked in {watch.Elapsed.TotalSeconds:F0} s, peak memory {Peak() / 1e6:F0} MB ({before / 1e6:F0} MB before)"));
    }

    private static void Prune(string source, string target, PruningOptions options, bool checkLoads)
    {
        using var model = OnnxModel.Load(source);
        using var pruned = ModelPruner.Prune(model, options).Model;
        pruned.Save(target, new() { CheckLoads = checkLoads });
    }

    private static void Copy(string source, string target)
    {
        File.Delete(target);
        File.Copy(source, target);
    }

    /// <summary>A chain of square layers with normally distributed weights, written layer by layer.</summary>
    private static void Build(string path, int layers, int size, bool transposed, bool external)
    {
        var model = new ModelProto { IrVersion = 8, Graph = new() { Name = "graph" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });
        model.Graph.Input.Add(Value("h0", size));
        model.Graph.Output.Add(Value($"h{layers}", size));
        using var data = external ? File.Create(path + ".data") : null;
        for (var layer = 0; layer < layers; layer++)
        {
            var tensor = new TensorProto { Name = $"w{layer}", DataType = (int)TensorProto.Types.DataType.Float };
            tensor.Dims.Add([size, size]);
            if (data is null) tensor.RawData = UnsafeByteOperations.UnsafeWrap(Weights(size * size, size, layer));
            else WriteExternal(tensor, data, size, layer, Path.GetFileName(path) + ".data");
            model.Graph.Initializer.Add(tensor);
            var node = new NodeProto { OpType = transposed ? "Gemm" : "MatMul", Name = $"layer{layer}" };
            node.Input.Add([$"h{layer}", $"w{layer}"]);
            node.Output.Add($"h{layer + 1}");
            if (transposed) node.Attribute.Add(new AttributeProto { Name = "transB", I = 1, Type = AttributeProto.Types.AttributeType.Int });
            model.Graph.Node.Add(node);
        }
        using var file = File.Create(path);
        model.WriteTo(file);
    }

    /// <summary>Writes row by row, so that the peak memory measured afterwards is that of pruning.</summary>
    private static void WriteExternal(TensorProto tensor, FileStream data, int size, int layer, string location)
    {
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = data.Position.ToString(CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = (4L * size * size).ToString(CultureInfo.InvariantCulture) });
        for (var row = 0; row < size; row++) data.Write(Weights(size, size, layer * size + row));
    }

    private static byte[] Weights(int count, int size, int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[4L * count];
        var values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        // The sum of four uniform numbers is near enough to normal, and fast.
        for (var i = 0; i < values.Length; i++)
        {
            var bits = random.NextInt64();
            values[i] = ((bits & 0x7fff) + ((bits >> 15) & 0x7fff) + ((bits >> 30) & 0x7fff) + ((bits >> 45) & 0x7fff) - 65534f) / 65534f / size;
        }
        return bytes;
    }

    private static ValueInfoProto Value(string name, int size)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add([new TensorShapeProto.Types.Dimension { DimParam = "n" }, new TensorShapeProto.Types.Dimension { DimValue = size }]);
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } } };
    }

    private static long Peak()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static double Milliseconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
