using GspMl.Onnx;
using GspMl.Onnx.Tests.Building;

namespace GspMl.Training.Tests;

/// <summary>Shipped nets and a few digits.</summary>
internal static class Digits
{
    public static EvaluationData Few(int rows = 40) => ShippedModels.CalibrationDigits(rows);

    public static OnnxModel Model(string name) => OnnxModel.Load(ShippedModels.PathOf($"{name}.onnx"));

    /// <summary>Options of a run that takes a second.</summary>
    public static TuningOptions Short(OnnxModel teacher) => new()
    {
        Data = Few(),
        Teacher = teacher,
        Epochs = 3,
        BatchSize = 16,
        HeldBack = 0.2,
        MaxThreads = 1,
    };

    /// <summary>The values of each prunable weight.</summary>
    public static IReadOnlyList<float[]> Weights(OnnxModel model)
        => [.. model.Weights.Select(weight => model.Elements.Values<float>(weight.Location))];
}
