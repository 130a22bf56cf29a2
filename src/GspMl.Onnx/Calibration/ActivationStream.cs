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
    private (int Batch, Dictionary<string, OrtValue> Values) source;
    private Passage? passage;

    /// <param name="model">The model; its weights may change while the stream is before them.</param>
    /// <param name="batches">The model's inputs; made again for each way that begins with them.</param>
    /// <param name="budget">Bytes of tensors between stops that may be held.</param>
    public ActivationStream(WorkingModel model, IReadOnlyList<CalibrationBatch> batches, long budget = DefaultBudget)
    {
        (this.model, sources, this.budget, done) = (model, batches, budget, new bool[model.Nodes.Count]);
        held = [.. batches.Select(_ => new Dictionary<string, OrtValue>())];
        source = (0, batches[0].Create());
        inputs = [.. source.Values.Keys];
        var areMasked = inputs.Any(PositionMask.IsMask);
        Masks = [.. Enumerable.Range(0, Batches).Select(batch => areMasked ? PositionMask.Of(Source(batch)) : null)];
    }

    /// <summary>For each batch which positions of its rows hold something; null where the model is not told.</summary>
    public IReadOnlyList<PositionMask?> Masks { get; }

    public int Batches => sources.Count;

    /// <summary>
    /// A tensor of one batch, at which the stream stopped last; good until another batch is asked for. Batches are best asked for in turn.
    /// </summary>
    public OrtValue this[int batch, string tensor] => IsHeld(tensor) ? Held(batch, tensor) : passage!.Value(batch, tensor);

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
        passage?.Dispose();
        passage = nodes.Count == 0 ? null
            : Passage.Open(this, nodes, [.. nodes.SelectMany(node => model.Nodes[node].Output).Where(ahead.Contains)]);
        if (passage is null || passage.Bytes() * Batches <= budget) Hold(ahead, cancel);
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
        => part.Run(name => others.TryGetValue(name, out var value) ? value : this[batch, name]);

    private bool IsKnown(string tensor) => IsHeld(tensor) || (passage?.Outputs.Contains(tensor) ?? false);

    private bool IsHeld(string tensor) => held[0].ContainsKey(tensor) || inputs.Contains(tensor);

    private OrtValue Held(int batch, string tensor) => held[batch].GetValueOrDefault(tensor) ?? Source(batch)[tensor];

    /// <summary>A batch's inputs, good until another batch's are asked for.</summary>
    private Dictionary<string, OrtValue> Source(int batch)
    {
        if (source.Batch == batch) return source.Values;
        foreach (var value in source.Values.Values) value.Dispose();
        // Should the batch fail to be made, nothing of the one before is left to be found.
        source = (-1, []);
        return (source = (batch, sources[batch].Create())).Values;
    }

    private bool IsDone(string tensor) => model.Producer(tensor) is var node and >= 0 && done[node];

    /// <summary>Keeps the tensors of every batch, and gives up what they were made of.</summary>
    private void Hold(HashSet<string> ahead, CancellationToken cancel)
    {
        for (var batch = 0; batch < Batches; batch++)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var (name, value) in passage?.Take(batch) ?? []) held[batch][name] = value;
            foreach (var name in held[batch].Keys.Where(name => !ahead.Contains(name)).ToList())
            {
                held[batch][name].Dispose();
                held[batch].Remove(name);
            }
        }
        passage?.Dispose();
        passage = null;
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
        passage?.Dispose();
        foreach (var value in held.SelectMany(batch => batch.Values).Concat(source.Values.Values)) value.Dispose();
    }

    /// <summary>The way of one batch from the held tensors to where the stream stands.</summary>
    private sealed class Passage : IDisposable
    {
        private readonly ActivationStream stream;
        private readonly ModelPart part;
        private readonly Dictionary<string, OrtValue> values = [];
        private int current = -1;

        private Passage(ActivationStream stream, ModelPart part, IReadOnlyList<string> outputs)
            => (this.stream, this.part, Outputs) = (stream, part, outputs);

        /// <summary>The tensors that it brings.</summary>
        public IReadOnlyList<string> Outputs { get; }

        public static Passage Open(ActivationStream stream, IReadOnlyList<int> nodes, IReadOnlyList<string> outputs)
        {
            var read = nodes.SelectMany(stream.model.ReadsOf).Where(stream.IsHeld).Distinct();
            return new(stream, ModelPart.Create(stream.model, read.ToDictionary(name => name, name => ElementType(stream.Held(0, name))),
                outputs), outputs);
        }

        public OrtValue Value(int batch, string tensor)
        {
            if (batch != current) Run(batch);
            return values[tensor];
        }

        /// <summary>Bytes of a batch's tensors, by the first one.</summary>
        public long Bytes()
        {
            if (current != 0) Run(0);
            return values.Values.Where(value => value.IsTensor).Sum(value => (long)value.GetTensorSizeInBytes());
        }

        /// <summary>A batch's tensors, for the caller to keep.</summary>
        public Dictionary<string, OrtValue> Take(int batch)
        {
            if (batch != current) Run(batch);
            var taken = new Dictionary<string, OrtValue>(values);
            values.Clear();
            current = -1;
            return taken;
        }

        private void Run(int batch)
        {
            Clear();
            var results = part.Run(name => stream.Held(batch, name));
            for (var i = 0; i < Outputs.Count; i++) values[Outputs[i]] = results[i];
            current = batch;
        }

        private void Clear()
        {
            foreach (var value in values.Values) value.Dispose();
            values.Clear();
        }

        public void Dispose()
        {
            Clear();
            part.Dispose();
        }
    }
}
