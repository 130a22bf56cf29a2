using GspMl.Onnx.Calibration;
using GspMl.Onnx.Sessions.Devices;
using GspMl.Training.Data;
using GspMl.Training.Forward;
using GspMl.Training.Losses;
using GspMl.Training.Running;
using GspMl.Training.Steps;

namespace GspMl.Training.Tests.Steps;

/// <summary>The optimiser within the graph against the one on the CPU, both on the CPU: what a GPU adds is where the tensors lie.</summary>
public sealed class DeviceRunnerTests
{
    private const int Rows = 8;

    public static TheoryData<string, bool, bool> Ways => new()
    {
        { "lenet5", true, false },
        { "lenet5", true, true },
        { "lenet5", false, false },
        { "lenet5", false, true },
        // Adam makes much of gradients that are zero but for rounding.
        { "mobilenet_mini_bn", false, false },
        { "mobilenet_mini_bn", false, true },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Both_make_the_same_steps(string net, bool adaptive, bool cutMayComeBack)
    {
        var optimizer = adaptive ? TuningOptimizer.Adam(1e-3, 0.01) : TuningOptimizer.Sgd(0.01, 0.9, 0.01);
        var host = Steps(net, optimizer, cutMayComeBack, (sessions, trained, inputs) => new HostRunner(sessions, trained.Training,
            trained.Parameters, optimizer, inputs));
        var device = Steps(net, optimizer, cutMayComeBack, (sessions, trained, inputs) => new DeviceRunner(sessions, trained.Training,
            trained.Parameters, optimizer, inputs));
        Assert.Equal(host.Losses.Length, device.Losses.Length);
        Assert.All(host.Losses.Zip(device.Losses), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * (1 + pair.First)));
        Assert.All(host.Values.Zip(device.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.Equal(host.Values.Select(value => value == 0), device.Values.Select(value => value == 0));
    }

    private static (double[] Losses, float[] Values) Steps(string net, TuningOptimizer optimizer, bool cutMayComeBack,
        Func<Sessions, TrainedModel, IReadOnlyDictionary<string, Microsoft.ML.OnnxRuntime.OrtValue>, StepRunner> open)
    {
        using var model = Digits.Model(net);
        var store = RowStore.Of(model, Digits.Few(Rows));
        var forward = ForwardGraph.Of(model.Path, new WorkingModel(model));
        var sessions = new Sessions(model.Path, Device.Cpu, 1);
        using var batch = new Batch(store, Rows);
        using var teacher = TeacherSession.Open(sessions, forward, batch);
        var outputs = teacher.RunAll(Rows, default);
        using var wanted = new Wanted(outputs, null, 0, Rows);
        wanted.Fill([.. Enumerable.Range(0, Rows)], Rows);
        batch.Fill([.. Enumerable.Range(0, Rows)]);
        var inputs = batch.Values.Concat(wanted.Values).ToDictionary();
        var losses = LossChoice.Of(model, outputs, new() { Data = Digits.Few(Rows) });
        using var trained = TrainedModel.Build(model, forward, losses, inputs, TuningNormalization.Training);
        using var runner = open(sessions, trained, inputs);
        Cut(trained, cutMayComeBack);
        if (optimizer.IsAdaptive)
            foreach (var parameter in trained.Parameters) parameter.Square = new float[parameter.Count];
        runner.Upload();
        double[] found = [.. Enumerable.Range(0, 5).Select(step => runner.Step(optimizer.LearningRate, step)), runner.Loss()];
        runner.Download();
        return (found, [.. trained.Parameters.SelectMany(parameter => parameter.Values.Numbers.ToArray())]);
    }

    private static void Cut(TrainedModel trained, bool mayComeBack)
    {
        GspMl.Training.Sparsity.MagnitudeCut.Apply(trained.Weights, 0.8);
        if (mayComeBack) return;
        foreach (var weight in trained.Weights) weight.KeepZeros();
    }
}
