using GspMl.Benchmarks.Patterns;
using GspMl.Benchmarks.Pruning;
using GspMl.Benchmarks.RealModels.Peers;
using GspMl.Onnx;

namespace GspMl.Benchmarks.RealModels;

/// <summary>A way to prune a model of real size.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Prune">From dense model, its calibration inputs and the fraction of zeros to the pruned model.</param>
internal sealed record RealMethod(string Name, Func<OnnxModel, RealModel, RealFolder, double, OnnxModel> Prune)
{
    /// <summary>The presets, and the peers on the same calibration data.</summary>
    public static IReadOnlyList<RealMethod> All { get; } =
    [
        Shared("magnitude, uniform", needsData: false),
        Shared("magnitude, global", needsData: false),
        Peer("Wanda", Wanda.Prune),
        Peer("SparseGPT-style", SparseGpt.Prune),
        Shared("preset fast", needsData: false),
        Shared("preset accurate", needsData: true),
        Peer("2:4 by magnitude", TwoOfFour.Magnitude),
        Peer("2:4, SparseGPT-style", TwoOfFour.SparseGptStyle),
        new("2:4, preset accurate", (model, real, folder, _) => TwoOfFourDigits.Accurate(model, real.CalibrationData(folder))),
    ];

    private static RealMethod Peer(string name, LayerMethod method)
        => new(name, (model, real, folder, zeros) => LayerwisePruning.Prune(model, real.Calibration(folder), zeros, method));

    private static RealMethod Shared(string name, bool needsData)
    {
        var method = PruningMethods.Presets.Single(method => method.Name == name);
        var none = new EvaluationData([InputTensor.Create<float>(null, [0], 1)]);
        return new(name, (model, real, folder, zeros) => method.Prune(model, zeros, needsData ? real.CalibrationData(folder) : none));
    }
}
