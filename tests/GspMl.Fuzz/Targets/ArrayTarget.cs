using GspMl.Fuzz.Corpus;
using GspMl.Fuzz.Mutation;

namespace GspMl.Fuzz.Targets;

/// <summary>Files of data in one format.</summary>
internal sealed class ArrayTarget(string format) : Target
{
    public override string Name => format;

    // Parquet's library can go round in circles for seconds (ParquetPart gives it up): a target of its own, outside the mix.
    public override int Weight => format == "parquet" ? 0 : 6;

    public override byte[] Make(Random random)
    {
        var right = format switch
        {
            "npy" => BuiltArrays.Npy,
            "npz" => BuiltArrays.Npz,
            "mtx" => BuiltArrays.MatrixMarket,
            _ => BuiltArrays.Parquet,
        };
        var bytes = right[random.Next(right.Count)];
        return format is "npy" or "mtx" && random.Next(2) == 0 ? TextMutation.Of(bytes, random) : ByteMutation.Of(bytes, random);
    }

    public override Ending Run(byte[] bytes, Random random, string folder)
    {
        var path = Path.Combine(folder, "a." + format);
        File.WriteAllBytes(path, bytes);
        return format == "npz" ? CommandLine.Run(["eval", Model(folder), "--inputs", path, "--latency-runs", "0", "--threads", "1"])
            : format == "npy" && random.Next(2) == 0
            ? CommandLine.Run(["project", path, Path.Combine(folder, "out.npy"), "--sparsity", "0.4", "--threads", "1"])
            : CommandLine.Run(["nmf", path, "-o", Path.Combine(folder, "nmf"), "--rank", "1", "--max-iterations", "2", "--threads", "1"]);
    }

    private static string Model(string folder)
    {
        var path = Path.Combine(folder, "right.onnx");
        using var file = File.Create(path);
        Google.Protobuf.MessageExtensions.WriteTo(BuiltModels.All[0], file);
        return path;
    }
}
