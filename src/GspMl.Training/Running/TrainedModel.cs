using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Calibration;
using GspMl.Onnx.Models;
using GspMl.Onnx.Weights;
using GspMl.Projection;
using GspMl.Training.Forward;
using GspMl.Training.Losses;
using GspMl.Training.Optimizers;
using GspMl.Training.Steps;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Running;

/// <summary>The parameters of a model that is trained, and the way back from them to a model.</summary>
internal sealed class TrainedModel : IDisposable
{
    private readonly OnnxModel source;
    private readonly OnnxModel model;
    private readonly Dictionary<string, TensorLocation> locations;

    private TrainedModel(OnnxModel source, OnnxModel model, TrainingModel training, IReadOnlyList<Parameter> parameters,
        IReadOnlyList<SkippedTensor> left)
    {
        (this.source, this.model, Training, Parameters, LeftAlone) = (source, model, training, parameters, left);
        Weights = [.. parameters.Where(parameter => parameter.IsWeight)];
        locations = model.Tensors.ToDictionary(location => location.Name);
    }

    public TrainingModel Training { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Those that zeros are counted of.</summary>
    public IReadOnlyList<Parameter> Weights { get; }

    /// <summary>Weights that cannot be trained, and why.</summary>
    public IReadOnlyList<SkippedTensor> LeftAlone { get; }

    /// <summary>The zeros when they were last counted.</summary>
    public double LastZeros { get; private set; }

    /// <summary>The parameters of a model; what it stores sparse is dense while it is trained.</summary>
    /// <exception cref="NothingMatchedException">No weight can be trained.</exception>
    public static TrainedModel Build(OnnxModel source, ForwardGraph forward, IReadOnlyList<OutputLoss> losses,
        IReadOnlyDictionary<string, OrtValue> inputs, TuningNormalization normalization = TuningNormalization.Inference)
    {
        var model = source.Dense();
        var (names, left) = TrainableTensors.Find(model, forward.Graph);
        var training = TrainingModel.Build(forward, losses, inputs, names.ToHashSet(), normalization);
        var weights = model.Weights.ToDictionary(weight => weight.Name);
        var unknown = training.Unknown.Where(pair => weights.ContainsKey(pair.Key)).Select(pair => (weights[pair.Key], pair.Value))
            .Select(pair => new SkippedTensor(pair.Item1.Name, pair.Item1.ElementType, pair.Item1.Shape, pair.Value));
        List<SkippedTensor> all = [.. left, .. unknown];
        var parameters = training.Trained.Select(tensor => Parameter(tensor, weights.GetValueOrDefault(tensor.Name))).ToList();
        parameters.AddRange(training.Statistics.Select(tensor => Parameter(tensor, weight: null, isStatistic: true)));
        if (parameters.Any(parameter => parameter.IsWeight)) return new(source, model, training, parameters, all);
        foreach (var parameter in parameters) parameter.Dispose();
        throw new NothingMatchedException($"{model.Path}: no weight can be trained: "
            + $"{string.Join("; ", all.Select(tensor => $"{tensor.Name}: {tensor.Reason}").DefaultIfEmpty("it has none"))}.");
    }

    private static Parameter Parameter(GspMl.Onnx.Proto.TensorProto tensor, PrunableWeight? weight, bool isStatistic = false)
    {
        var filters = weight is null ? 0 : Math.Max(1, weight.View.Extent(AxisRole.Output) * weight.View.Extent(AxisRole.Group));
        var parameter = new Parameter(tensor.Name, [.. tensor.Dims], filters) { IsStatistic = isStatistic };
        tensor.RawData.Span.CopyTo(parameter.Values.Bytes);
        return parameter;
    }

    /// <summary>Counts the zeros of all weights, as a fraction.</summary>
    public double Zeros() => LastZeros = (double)Weights.Sum(weight => weight.CountZeros()) / Weights.Sum(weight => (long)weight.Count);

    /// <summary>
    /// Projects the weights as they are at the moment. Where only the support is taken, cut weights keep their values, as those that are
    /// cut by magnitude do, and may come back.
    /// </summary>
    public void Project(PruningOptions projection, SparsityTarget target, int maxThreads)
    {
        var takesSupport = projection.Values == WeightValues.Original;
        var edits = new ModelEdits();
        foreach (var weight in Weights) edits.Set(locations[weight.Name], Uncut(weight));
        using var now = model.With(edits);
        using var projected = ModelPruner.Prune(now, projection with { Target = target, MaxThreads = maxThreads }).Model;
        foreach (var weight in Weights)
        {
            var values = projected.Elements.Values<float>(locations[weight.Name]);
            if (takesSupport) weight.Cut([.. values.Select(value => value == 0 ? 0f : 1f)]);
            else weight.Replace(values);
        }
    }

    private byte[] Uncut(Parameter weight) => Stored(weight, weight.Uncut is { } uncut ? uncut : weight.Values.Numbers);

    /// <summary>Values as the model stores them, rounded where these are of half precision.</summary>
    private byte[] Stored(Parameter parameter, ReadOnlySpan<float> values)
    {
        var type = locations[parameter.Name].ElementType;
        var bytes = new byte[values.Length * ElementFormat.SizeOf(type)];
        ElementFormat.Encode(type, values, bytes);
        return bytes;
    }

    /// <summary>The model with values of the parameters, one array each, stored as it was.</summary>
    public OnnxModel Result(IReadOnlyList<float[]> values)
    {
        // Edits are those of the file as it was read, whatever was changed in the model before.
        var original = OnnxModel.Open(model.File);
        var working = new WorkingModel(model);
        for (var i = 0; i < Parameters.Count; i++)
            working[locations[Parameters[i].Name]].RawData = ByteString.CopyFrom(Stored(Parameters[i], values[i]));
        return original.With(ModelChanges.Between(original, working)).SparseAs(source);
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters) parameter.Dispose();
    }
}
