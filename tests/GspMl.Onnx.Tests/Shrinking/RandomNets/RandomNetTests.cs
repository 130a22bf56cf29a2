using System.Globalization;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Shrinking.RandomNets;

/// <summary>Nets that nobody thought of: 40 of them, or as many as the variable GSPML_RANDOM_NETS says.</summary>
public sealed class RandomNetTests : IDisposable
{
    private const int Usual = 40;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_a_smaller_net_computes_the_masked_one_does()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("GSPML_RANDOM_NETS") ?? $"{Usual}", CultureInfo.InvariantCulture);
        var outcomes = Enumerable.Range(0, count).Select(seed => (Seed: seed, Outcome: Try(seed))).ToList();
        var failures = outcomes.Where(one => one.Outcome is not (null or ""));
        Assert.True(!failures.Any(), string.Join("\n", failures.Select(one => $"net {one.Seed}: {one.Outcome}")));
        // Of nearly all nets something can go.
        Assert.InRange(outcomes.Count(one => one.Outcome is null), 0, count / 20);
    }

    /// <summary>What went wrong; nothing where all is well, null where no channel can go.</summary>
    private string? Try(int seed)
    {
        using var model = OnnxModel.Load(RandomNet.Of(seed).Builder.Save(folder["dense.onnx"]));
        var random = new Random(seed);
        var target = ShrinkTarget.Sparsity(0.3 + (0.6 * random.NextDouble()));
        try
        {
            using var smaller = ModelShrinker.Shrink(model, new() { Target = target, Multiple = 1 }).Model;
            smaller.Save(folder["smaller.onnx"]);
            MaskedModel.Write(model.Path, folder["smaller.onnx"], folder["masked.onnx"]);
            var inputs = InputTensor.Create("x", GraphBuilder.Random(4 * 3 * 6 * 6, seed), [4, 3, 6, 6]);
            Agreement.IsExact(folder["masked.onnx"], folder["smaller.onnx"], new([inputs]));
            return "";
        }
        catch (NothingMatchedException)
        {
            return null;
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }
}
