using GspMl.Onnx.Tensors;
using GspMl.Threading;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Calibration inputs on their way through a model. Where the tensors that later nodes still read fit into a budget, they are held from
/// stop to stop, so that the whole way costs one run of the model, and layers changed on the way act on everything after them. Where they
/// don't, as in the first layers of an image model, each batch is run again from the last stop whose tensors fitted, one at a time.
/// </summary>
internal sealed class ActivationStream : IDisposable
{
    /// <summary>Bytes that a stream holds at most, beside its inputs and one batch.</summary>
    internal const long DefaultBudget = 256L << 20;

    private readonly WorkingModel model;
    private readonly bool[] done;
    private readonly IReadOnlyList<CalibrationBatch> sources;
    private readonly IReadOnlyList<Dictionary<string, OrtValue>> held;
    private readonly IReadOnlyCollection<string> inputs;
    private readonly long budget;
    private BatchTensors? current;
    private StreamPassage? passage;

    /// <param name="model">The model; its weights may change while the stream is before them.</param>
    /// <param name="batches">The model's inputs; made again for each way that begins with them.</param>
    /// <param name="budget">Bytes of tensors between stops that may be held.</param>
    public ActivationStream(WorkingModel model, IReadOnlyList<CalibrationBatch> batches, long budget = DefaultBudget)
    {
        (this.model, sources, this.budget, done) = (model, batches, budget, new bool[model.Nodes.Count]);
        held = [.. batches.Select(_ => new Dictionary<string, OrtValue>())];
        var first = sources[0].Create();
        inputs = [.. first.Keys];
        foreach (var value in first.Values) value.Dispose();
        var areMasked = inputs.Any(PositionMask.IsMask);
        Masks = [.. Enumerable.Range(0, Batches).Select(batch => areMasked ? Mask(batch) : null)];
        AtOnce = BatchesAtOnce(0, model.MaxThreads, budget);
    }

    /// <summary>For each batch which positions of its rows hold something; null where the model is not told.</summary>
    public IReadOnlyList<PositionMask?> Masks { get; }

    public int Batches => sources.Count;

    /// <summary>
    /// How many batches may be at work at once where the stream stands: as many as there are threads, where their tensors are no more than
    /// the stream may hold.
    /// </summary>
    public int AtOnce { get; private set; }

    /// <summary>
    /// A tensor of one batch, at which the stream stopped last; good until another batch, or <see cref="At"/>, is asked for. On one thread
    /// at a time.
    /// </summary>
    public OrtValue this[int batch, string tensor] => Current(batch)[tensor];

    /// <summary>
    /// A batch for the caller to look at and to dispose of; several threads may each have their own. Good until the stream goes on.
    /// </summary>
    public BatchTensors At(int batch)
    {
        // What was looked at last may have been run already.
        var last = Volatile.Read(ref current);
        return last?.Batch == batch && Interlocked.CompareExchange(ref current, null, last) == last ? last
            : new(batch, held[batch], sources[batch], passage);
    }

    /// <summary>A tensor of every batch, read several at once and taken in order.</summary>
    /// <param name="tensor">One at which the stream stopped last.</param>
    /// <param name="take">Takes batch and tensor.</param>
    /// <param name="cancel">Looked at before each batch.</param>
    public void ReadAll(string tensor, Action<int, FloatTensor> take, CancellationToken cancel)
    {
        OrderedBatches.Run(Batches, AtOnce, Read, take, cancel);

        FloatTensor Read(int batch)
        {
            using var tensors = At(batch);
            return FloatTensor.Of(tensors[tensor]);
        }
    }

    /// <summary>How many batches of so many bytes may be at work at once: two at least, where there are threads for them.</summary>
    /// <param name="bytes">What a batch's tensors take; a run takes about as much besides.</param>
    /// <param name="maxThreads">The most threads; 0 for as many as there are processors.</param>
    /// <param name="budget">Bytes for all batches.</param>
    public static int BatchesAtOnce(long bytes, int maxThreads, long budget = DefaultBudget)
        => (int)Math.Min(Threads.Resolve(maxThreads), Math.Max(2, budget / Math.Max(1, 2 * bytes)));

    /// <summary>The nodes that must still run before a tensor is known.</summary>
    public IReadOnlyList<int> NodesTo(string tensor) => model.NodesBetween(IsKnown, [tensor]);

    /// <summary>Brings every batch to where the tensors are known; what lies behind and is read no more is dropped.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime cannot run the part.</exception>
    public void Advance(IReadOnlyList<string> tensors, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        foreach (var node in model.NodesBetween(IsKnown, tensors)) done[node] = !model.ReadsOf(node).All(model.IsConstant);
        var ahead = StillRead(tensors);
        var nodes = model.NodesBetween(IsHeld, tensors.Concat(ahead.Where(IsDone)));
        Leave();
        passage = nodes.Count == 0 ? null : Passage(nodes, [.. nodes.SelectMany(node => model.Nodes[node].Output).Where(ahead.Contains)]);
        var bytes = Current(0).PassedBytes();
        AtOnce = BatchesAtOnce(bytes + HeldBytes(), model.MaxThreads, budget);
        if (passage is null || bytes * Batches <= budget) Hold(ahead, cancel);
    }

    /// <summary>
    /// A session over the rest of the model: from the stream's present tensors, and others such as a layer's weights, to the model's
    /// outputs.
    /// </summary>
    public ModelPart Rest(IReadOnlyDictionary<string, int> others) => Rest(others, model.Outputs);

    /// <summary>The same, to other tensors than the model's outputs.</summary>
    public ModelPart Rest(IReadOnlyDictionary<string, int> others, IReadOnlyList<string> outputs)
    {
        var from = new Dictionary<string, int>(others);
        var ahead = StillRead([]);
        foreach (var name in inputs.Concat(held[0].Keys).Concat(passage?.Outputs ?? []).Where(ahead.Contains))
            from[name] = ElementType(this[0, name]);
        return ModelPart.Create(model, from, outputs);
    }

    /// <summary>Runs a part of the model on a batch of the stream and other tensors.</summary>
    public IReadOnlyList<OrtValue> Run(ModelPart part, int batch, IReadOnlyDictionary<string, OrtValue> others)
        => Current(batch).Run(part, others);

    private bool IsKnown(string tensor) => IsHeld(tensor) || (passage?.Outputs.Contains(tensor) ?? false);

    private bool IsHeld(string tensor) => held[0].ContainsKey(tensor) || inputs.Contains(tensor);

    private long HeldBytes() => held[0].Values.Where(value => value.IsTensor).Sum(value => (long)value.GetTensorSizeInBytes());

    private BatchTensors Current(int batch)
    {
        if (current?.Batch == batch) return current;
        current?.Dispose();
        return current = new(batch, held[batch], sources[batch], passage);
    }

    private void Leave()
    {
        current?.Dispose();
        passage?.Dispose();
        (current, passage) = (null, null);
    }

    private PositionMask? Mask(int batch)
    {
        using var tensors = At(batch);
        return PositionMask.Of(inputs.Where(PositionMask.IsMask).ToDictionary(name => name, name => tensors[name]));
    }

    private StreamPassage Passage(IReadOnlyList<int> nodes, IReadOnlyList<string> outputs)
    {
        using var first = new BatchTensors(0, held[0], sources[0], null);
        var read = nodes.SelectMany(model.ReadsOf).Where(IsHeld).Distinct();
        return new(ModelPart.Create(model, read.ToDictionary(name => name, name => ElementType(first[name])), outputs), outputs);
    }

    private bool IsDone(string tensor) => model.Producer(tensor) is var node and >= 0 && done[node];

    /// <summary>Keeps the tensors of every batch, and gives up what they were made of.</summary>
    private void Hold(HashSet<string> ahead, CancellationToken cancel)
    {
        OrderedBatches.Run(Batches, AtOnce, Taken, (batch, taken) =>
        {
            foreach (var (name, value) in taken) held[batch][name] = value;
            foreach (var name in held[batch].Keys.Where(name => !ahead.Contains(name)).ToList())
            {
                held[batch][name].Dispose();
                held[batch].Remove(name);
            }
        }, cancel);
        Leave();
    }

    private Dictionary<string, OrtValue> Taken(int batch)
    {
        using var tensors = At(batch);
        return tensors.Take();
    }

    private HashSet<string> StillRead(IEnumerable<string> tensors)
    {
        var read = new HashSet<string>(tensors);
        read.UnionWith(model.Outputs);
        for (var node = 0; node < done.Length; node++)
            if (!done[node]) read.UnionWith(model.ReadsOf(node));
        read.RemoveWhere(model.IsConstant);
        return read;
    }

    private static int ElementType(OrtValue value) => (int)value.GetTensorTypeAndShape().ElementDataType;

    /// <summary>Frees all tensors.</summary>
    public void Dispose()
    {
        Leave();
        foreach (var value in held.SelectMany(batch => batch.Values)) value.Dispose();
    }
}
