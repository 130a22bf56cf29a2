using GspMl.Onnx.Tests.Building;

namespace GspMl.Onnx.Tests.Evaluation;

public class EvaluationProgressTests
{
    [Fact]
    public void Every_batch_round_and_step_is_told()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var told = new Steps();
        var options = new EvaluationOptions { BatchSize = 20, LatencyRuns = 2, WarmUpRuns = 1, CompressedSize = false, Progress = told };
        ModelEvaluator.Compare(model, model, ShippedModels.Digits(50), options);
        ModelEvaluator.CompareLayers(model, model, ShippedModels.Digits(50), options);
        Assert.Equal(Enumerable.Range(0, 6).Select(batch => new EvaluationProgress(EvaluationStep.Running, batch, 6)), told.Take(6));
        Assert.Equal(Enumerable.Range(0, 3).Select(round => new EvaluationProgress(EvaluationStep.Timing, round, 3)), told.Skip(6).Take(3));
        Assert.Equal(Enumerable.Range(0, 3).Select(batch => new EvaluationProgress(EvaluationStep.Comparing, batch, 3)), told.TakeLast(3));
    }

    /// <summary>Keeps what it is told, at once and on the thread that tells it.</summary>
    private sealed class Steps : List<EvaluationProgress>, IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => Add(value);
    }
}
