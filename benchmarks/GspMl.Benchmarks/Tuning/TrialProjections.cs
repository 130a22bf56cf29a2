using GspMl.Onnx;
using GspMl.Projection;

namespace GspMl.Benchmarks.Tuning;

/// <summary>Projections over all layers in scaled coordinates, of which only the support is taken, by what they compare.</summary>
internal static class TrialProjections
{
    /// <param name="name">magnitude, activation (|w|·rms(x)) or saliency (|w|/√[H⁻¹]ⱼⱼ).</param>
    /// <param name="zeros">The fraction of zeros.</param>
    /// <param name="rows">What the inputs of layers are seen on.</param>
    public static PruningOptions Of(string name, double zeros, EvaluationData rows)
    {
        var options = PruningOptions.Fast(SparsityTarget.Zeros(zeros));
        return name switch
        {
            "magnitude" => options,
            "activation" => options with { Score = WeightScore.Activation, Calibration = rows },
            "saliency" => options with { Score = WeightScore.Saliency, Calibration = rows },
            _ => throw new ArgumentException($"gsp={name}: magnitude, activation or saliency.", nameof(name)),
        };
    }
}
