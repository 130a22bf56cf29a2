using GspMl.Onnx.Sessions.Devices;
using GspMl.Onnx.Tests.Building;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Tests.Evaluation;

/// <summary>A GPU that fails late: when a model is loaded onto it, or first run.</summary>
public class BrokenGpuTests
{
    public enum Stage
    {
        Options,
        Load,
        FirstRun,
        WholeBatch,
    }

    [Theory]
    [InlineData(Stage.Options)]
    [InlineData(Stage.Load)]
    [InlineData(Stage.FirstRun)]
    [InlineData(Stage.WholeBatch)]
    public void Auto_falls_back_to_the_cpu_and_says_why(Stage stage)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var expected = ModelEvaluator.Evaluate(model, ShippedModels.Digits(10), With(ExecutionProvider.Cpu, stage));
        var result = ModelEvaluator.Evaluate(model, ShippedModels.Digits(10), With(ExecutionProvider.Auto, stage));
        Assert.Equal("CPU", result.Provider);
        Assert.Matches($"broken is not available.*{stage}.*The CPU ran the model", result.ProviderNote);
        Assert.Equal(expected.Outputs[0].Values, result.Outputs[0].Values);
    }

    [Theory]
    [InlineData(Stage.Options)]
    [InlineData(Stage.Load)]
    [InlineData(Stage.FirstRun)]
    [InlineData(Stage.WholeBatch)]
    public void Cuda_is_an_error_with_advice(Stage stage)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var error =
            Assert.Throws<ProviderUnavailableException>(()
            => ModelEvaluator.Evaluate(model, ShippedModels.Digits(10), With(ExecutionProvider.Cuda, stage)));
        Assert.Matches($"broken is not available.*{stage}", error.Message);
    }

    [Theory]
    [InlineData(ExecutionProvider.Auto)]
    [InlineData(ExecutionProvider.Cuda)]
    public void What_fails_on_the_cpu_too_is_not_the_gpus_fault(ExecutionProvider provider)
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var wrong = new EvaluationData([InputTensor.Create(null, new float[20], 2, 10)]);
        var error = Assert.Throws<OnnxModelException>(() => ModelEvaluator.Evaluate(model, wrong, With(provider, Stage.FirstRun)));
        Assert.Contains("but the values have shape [2,10]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gpu_that_works_runs_the_model()
    {
        using var model = OnnxModel.Load(ShippedModels.PathOf("lenet300.onnx"));
        var result =
            ModelEvaluator.Evaluate(model, ShippedModels.Digits(10),
            new() { LatencyRuns = 0, Provider = ExecutionProvider.Auto, Gpu = new Device("another device") });
        Assert.Equal(("another device", null, null), (result.Provider, result.ProviderNote, result.Device));
    }

    private static EvaluationOptions With(ExecutionProvider provider, Stage stage)
        => new() { LatencyRuns = 0, Provider = provider, Gpu = new BrokenGpu(stage) };

    /// <summary>Works until the given stage, and then throws what ONNX Runtime throws.</summary>
    private sealed class BrokenGpu(Stage broken) : Device("broken")
    {
        public override SessionOptions Options() => Tried(Stage.Options, base.Options);

        public override InferenceSession Create(SessionOptions options, Func<SessionOptions, InferenceSession> load)
            => Tried(Stage.Load, () => load(options));

        public override IDisposableReadOnlyCollection<OrtValue> Run(InferenceSession session, RunOptions options,
            IReadOnlyDictionary<string, OrtValue> inputs)
            => Tried(Stage.FirstRun, () => inputs.Values.Any(input => input.GetTensorTypeAndShape().Shape[0] > 1)
                ? Tried(Stage.WholeBatch, () => base.Run(session, options, inputs)) : base.Run(session, options, inputs));

        private TResult Tried<TResult>(Stage stage, Func<TResult> action) => stage == broken ? throw Failure(stage) : action();

        /// <summary>Its constructor is not public; a model that is not there brings one about.</summary>
        private static OnnxRuntimeException Failure(Stage stage)
            => Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(Path.Combine("no-such-folder", $"{stage}.onnx")));
    }
}
