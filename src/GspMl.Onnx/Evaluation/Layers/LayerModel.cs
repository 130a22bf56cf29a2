using GspMl.Onnx.Calibration;
using GspMl.Onnx.Sessions;
using GspMl.Onnx.Sessions.Devices;

namespace GspMl.Onnx.Evaluation.Layers;

/// <summary>One model whose layers are looked at: runs it on some rows and keeps what its layers read and put out.</summary>
internal sealed class LayerModel : IDisposable
{
    private readonly BatchFeeder feeder;
    private ModelPart? whole;

    private LayerModel(OnnxModel model, WorkingModel working, BatchFeeder feeder)
        => (Working, this.feeder, Layers) = (working, feeder, LayerSpot.Of(model, working));

    public WorkingModel Working { get; }

    public IReadOnlyList<LayerSpot> Layers { get; }

    public int Rows => feeder.Rows;

    /// <summary>
    /// All rows in order: the first row of each batch and how many it has, at most <paramref name="size"/>, or as many as the model takes.
    /// </summary>
    public IReadOnlyList<(int First, int Count)> Batches(int size) => feeder.Batches(size);

    /// <summary>The number of rows that the model takes at once; null where it takes any.</summary>
    public int? FixedBatch => feeder.FixedBatch;

    /// <summary>The tensors to keep; to be set before the first run.</summary>
    public IReadOnlyList<string> Kept { get; set; } = [];

    /// <exception cref="OnnxModelException">The model does not load, or does not take the inputs.</exception>
    public static LayerModel Open(OnnxModel model, EvaluationData data, int maxThreads)
    {
        // Only to be told what ONNX Runtime does not load.
        ModelSession.Open(model, Device.Cpu, maxThreads).Dispose();
        return new(model, new WorkingModel(model.WithThreads(maxThreads)), BatchFeeder.Create(model, data));
    }

    /// <summary>The kept tensors by name on rows [first, first + count); the caller disposes of them.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime fails.</exception>
    public TensorSet Run(int first, int count)
    {
        var tensors = feeder.Batch(first, count);
        whole ??= ModelPart.CreateFrugal(Working, tensors.ToDictionary(input => input.Key, input => TensorSet.TypeOf(input.Value)),
            [.. Kept.Where(tensor => !tensors.ContainsKey(tensor))]);
        var outputs = Kept.Where(tensor => !tensors.ContainsKey(tensor)).ToList();
        var mask = PositionMask.Of(tensors);
        var results = whole.Run(name => tensors[name]);
        for (var i = 0; i < outputs.Count; i++) tensors.Add(outputs[i], results[i]);
        return new(tensors, FixedBatch ?? count, count, mask);
    }

    public void Dispose() => whole?.Dispose();
}
