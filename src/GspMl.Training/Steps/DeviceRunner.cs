using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Training.Data;
using GspMl.Training.Optimizers;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Steps;

/// <summary>
/// Steps on a device of its own memory: weights, their means and the update stay there; a step copies its rows in and its loss out.
/// A step is one batch.
/// </summary>
internal sealed class DeviceRunner : StepRunner
{
    private readonly string path;
    private readonly TuningOptimizer optimizer;
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly IReadOnlyDictionary<string, OrtValue> inputs;
    private readonly InferenceSession steps;
    private readonly InferenceSession losses;
    private readonly OrtIoBinding[] bindings;
    private readonly OrtIoBinding[] lossBindings;
    private readonly RunOptions options = new();
    private readonly DeviceCopy copy;
    private readonly OrtAllocator allocator;
    private readonly Dictionary<string, DeviceTensor> state = [];
    private readonly Dictionary<string, PinnedTensor> host = [];
    private readonly PinnedTensor loss = PinnedTensor.Of();
    private readonly Dictionary<string, PinnedTensor> rates;
    private readonly IReadOnlyList<(string Output, DeviceTensor Tensor)> updated;
    private int turn;

    public DeviceRunner(Sessions sessions, TrainingModel model, IReadOnlyList<Parameter> parameters, TuningOptimizer optimizer,
        IReadOnlyDictionary<string, OrtValue> inputs)
    {
        (path, this.optimizer, this.parameters, this.inputs) = (sessions.Path, optimizer, parameters, inputs);
        rates = new[] { GraphUpdate.Step, GraphUpdate.Root, GraphUpdate.Decay }.ToDictionary(name => name, _ => PinnedTensor.Of());
        var outputs = new List<(string Output, string State)>();
        var updating = model.Extended(graph => Update(graph, model, outputs));
        copy = new(sessions, updating, parameters.SelectMany(parameter => Names(parameter).Select(name => (name, parameter.Shape))));
        var memory = sessions.Device.OwnMemory();
        allocator = copy.Allocator(memory ?? OrtMemoryInfo.DefaultInstance);
        memory?.Dispose();
        foreach (var parameter in parameters) Allocate(parameter);
        steps = sessions.Open(updating);
        losses = sessions.Open(model.ForLoss(graph => Evaluate(graph, model)));
        updated = [.. outputs.Select(pair => (pair.Output, state[pair.State]))];
        bindings = [.. Enumerable.Range(0, 2).Select(side => Bound(steps, model.Loss, side, updates: true))];
        lossBindings = [.. Enumerable.Range(0, 2).Select(side => Bound(losses, model.Loss, side, updates: false))];
    }

    private IEnumerable<string> Names(Parameter parameter)
        => DeviceState.Changing(parameter, optimizer).Concat(DeviceState.Fixed(parameter));

    private void Allocate(Parameter parameter)
    {
        var changing = DeviceState.Changing(parameter, optimizer).ToHashSet();
        foreach (var name in Names(parameter))
        {
            state.Add(name, new(name, parameter.Shape, allocator, changing.Contains(name)));
            host.Add(name, PinnedTensor.Of(parameter.Shape));
        }
    }

    private List<string> Update(Graphs.GraphWriter graph, TrainingModel model, List<(string Output, string State)> outputs)
    {
        var update = new GraphUpdate(optimizer);
        foreach (var parameter in parameters)
        {
            var written = update.Write(graph, parameter, model.GradientOf(parameter.Name));
            outputs.AddRange(written.Zip(DeviceState.Changing(parameter, optimizer)));
        }
        Declare(graph);
        foreach (var name in rates.Keys) graph.Graph.Input.Add(TrainingModel.Declared(name, (int)TensorProto.Types.DataType.Float, []));
        return [model.Loss, .. outputs.Select(pair => pair.Output)];
    }

    private List<string> Evaluate(Graphs.GraphWriter graph, TrainingModel model)
    {
        Declare(graph);
        return [model.Loss];
    }

    private void Declare(Graphs.GraphWriter graph)
    {
        foreach (var parameter in parameters) DeviceState.Declare(graph.Graph, parameter, Names(parameter));
    }

    private OrtIoBinding Bound(InferenceSession session, string lossName, int side, bool updates)
    {
        var binding = session.CreateIoBinding();
        foreach (var (name, tensor) in state)
            if (session.InputMetadata.ContainsKey(name)) binding.BindInput(name, tensor.Read(side));
        if (updates)
            foreach (var (output, tensor) in updated) binding.BindOutput(output, tensor.Write(side));
        binding.BindOutput(lossName, loss.Value);
        return binding;
    }

    public override double Step(double learningRate, int step, bool isFirst, bool isLast)
    {
        var now = UpdateRates.Of(optimizer, learningRate, step);
        rates[GraphUpdate.Step].Numbers[0] = now.Step;
        rates[GraphUpdate.Root].Numbers[0] = now.Root;
        rates[GraphUpdate.Decay].Numbers[0] = now.Decay;
        var binding = bindings[turn];
        foreach (var (name, rate) in rates)
            if (steps.InputMetadata.ContainsKey(name)) binding.BindInput(name, rate.Value);
        Run(steps, binding);
        turn = 1 - turn;
        return loss.Numbers[0];
    }

    public override double Loss()
    {
        Run(losses, lossBindings[turn]);
        return loss.Numbers[0];
    }

    /// <summary>Binding a value of the CPU copies it to where the session wants it.</summary>
    private void Run(InferenceSession session, OrtIoBinding binding)
    {
        foreach (var (name, value) in inputs)
            if (session.InputMetadata.ContainsKey(name)) binding.BindInput(name, value);
        binding.SynchronizeBoundInputs();
        try { session.RunWithBinding(options, binding); }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{path}: a step of training does not run: {e.Message}", e);
        }
        binding.SynchronizeBoundOutputs();
    }

    public override void Download()
    {
        copy.Run(state.Values.Select(tensor => (tensor.Name, tensor.Read(turn), host[tensor.Name].Value)));
        foreach (var parameter in parameters)
        {
            var names = new StateNames(parameter.Name);
            var values = host[names.Uncut].Numbers;
            if (parameter.IsStatistic)
            {
                values.CopyTo(parameter.Values.Numbers);
                continue;
            }
            host[names.Mean].Numbers.CopyTo(parameter.Mean);
            if (optimizer.IsAdaptive) parameter.Square = host[names.Square].Numbers.ToArray();
            if (parameter.Uncut is null) values.CopyTo(parameter.Values.Numbers);
            else
            {
                values.CopyTo(parameter.Uncut);
                HostUpdate.Cut(parameter);
            }
        }
    }

    public override void Upload()
    {
        foreach (var parameter in parameters)
        {
            var names = new StateNames(parameter.Name);
            (parameter.Uncut is { } uncut ? uncut : parameter.Values.Numbers).CopyTo(host[names.Uncut].Numbers);
            if (parameter.IsStatistic) continue;
            parameter.Mean.CopyTo(host[names.Mean].Numbers);
            if (optimizer.IsAdaptive) parameter.Square.CopyTo(host[names.Square].Numbers);
            if (!parameter.IsWeight) continue;
            Fill(host[names.Mask].Numbers, parameter.Mask);
            Fill(host[names.Moves].Numbers, parameter.Uncut is null ? parameter.Mask : null);
        }
        copy.Run(state.Values.Select(tensor => (tensor.Name, host[tensor.Name].Value, tensor.Read(turn))));
    }

    private static void Fill(Span<float> values, float[]? mask)
    {
        if (mask is null) values.Fill(1);
        else mask.CopyTo(values);
    }

    public override void Dispose()
    {
        foreach (var binding in bindings.Concat(lossBindings)) binding.Dispose();
        steps.Dispose();
        losses.Dispose();
        foreach (var tensor in state.Values) tensor.Dispose();
        allocator.Dispose();
        copy.Dispose();
        foreach (var tensor in host.Values.Concat(rates.Values)) tensor.Dispose();
        loss.Dispose();
        options.Dispose();
    }
}
