using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Fuzz.Targets;

/// <summary>The library, all of it that does without the native runtime: read, measure, check, prune, write, read again.</summary>
internal sealed class ModelTarget : Target
{
    private static readonly SaveOptions Unchecked = new() { CheckLoads = false };

    public override string Name => "model";

    public override int Weight => 60;

    public override byte[] Make(Random random) => ModelFiles.Make(random);

    public override Ending Run(byte[] bytes, Random random, string folder)
    {
        var path = ModelFiles.Write(bytes, folder);
        try
        {
            using var model = OnnxModel.Load(path);
            model.MeasureBytes();
            ModelPruner.Measure(model);
            RuntimeChecker.Check(model);
            using var pruned = ModelPruner.Prune(model, Options(random)).Model;
            var written = Path.Combine(folder, "out.onnx");
            pruned.Save(written, Unchecked);
            using var again = OnnxModel.Load(written);
            if (again.Weights.Count != model.Weights.Count)
                throw new BrokenPromiseException($"{model.Weights.Count} weights were read, {again.Weights.Count} written");
            return Ending.Done;
        }
        catch (Exception e) when (e is OnnxModelException or NothingMatchedException)
        {
            return Ending.Refused;
        }
    }

    private static PruningOptions Options(Random random) => new()
    {
        Target = random.Next(2) == 0 ? SparsityTarget.Zeros(random.NextDouble()) : SparsityTarget.Hoyer(random.NextDouble()),
        Values = random.Next(2) == 0 ? WeightValues.Original : WeightValues.Projected,
        MaxThreads = 1,
    };
}
