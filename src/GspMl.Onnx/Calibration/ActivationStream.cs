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
    private readonly IReadOnlyList<Dictionary<string, OrtValue>> batches;
    private readonly long budget;
    private Passage? passage;

    /// <param name="model">The model; its weights may change while the stream is before them.</param>
    /// <param name="batches">Each batch's tensors by the names of the model's inputs; the stream owns them.</param>
    /// <param name="budget">Bytes of tensors between stops that may be held.</param>
    public ActivationStream(WorkingModel model, IReadOnlyList<Dictionary<string, OrtValue>> batches, long budget = DefaultBudget)
    {
        (this.model, this.batches, this.budget, done) = (model, batches, budget, new bool[model.Nodes.Count]);
        Masks = [.. batches.Select(PositionMask.Of)];
    }

    /// <summary>For each batch which positions of its rows hold something; null where the model is not told.</summary>
    public IReadOnlyList<PositionMask?> Masks { get; }

    public int Batches => batches.Count;

    /// <summary>
    /// A tensor of one batch, at which the stream stopped last; good until another batch is asked for. Batches are best asked for in turn.
    /// </summary>
    public OrtValue this[int batch, string tensor]
        => batches[batch].TryGetValue(tensor, out var held) ? held : passage!.Value(batch, batches[batch], tensor);

    /// <summary>The nodes that must still run before a tensor is known.</summary>
    public IReadOnlyList<int> NodesTo(string tensor) => model.NodesBetween(IsKnown, [tensor]);

    /// <summary>Brings every batch to where the tensors are known; what lies behind and is read no more is dropped.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime cannot run the part.</exception>
    public void Advance(IReadOnlyList<string> tensors, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        foreach (var node in model.NodesBetween(IsKnown, tensors)) done[node] = !model.ReadsOf(node).All(model.IsConstant);
        var ahead = StillRead(tensors);
        var nodes = model.NodesBetween(batches[0].ContainsKey, tensors.Concat(ahead.Where(IsDone)));
        passage?.Dispose();
        passage = nodes.Count == 0 ? null
            : Passage.Open(model, batches[0], nodes, [.. nodes.SelectMany(node => model.Nodes[node].Output).Where(ahead.Contains)]);
        if (passage is null || passage.Bytes(batches[0]) * Batches <= budget) Hold(ahead, cancel);
    }

    /// <summary>
    /// A session over the rest of the model: from the stream's present tensors, and others such as a layer's weights, to the model's
    /// outputs.
    /// </summary>
    public ModelPart Rest(IReadOnlyDictionary<string, int> others) => Rest(others, model.Outputs);

    /// <summary>The same, to other tensors than the model's outputs.</summary>
    public ModelPart Rest(IReadOnlyDictionary<string, int> others, IReadOnlyList<string> outputs)
    {
        var inputs = new Dictionary<string, int>(others);
        var ahead = StillRead([]);
        foreach (var name in batches[0].Keys.Concat(passage?.Outputs ?? []).Where(ahead.Contains))
            inputs[name] = ElementType(this[0, name]);
        return ModelPart.Create(model, inputs, outputs);
    }

    /// <summary>Runs a part of the model on a batch of the stream and other tensors.</summary>
    public IReadOnlyList<OrtValue> Run(ModelPart part, int batch, IReadOnlyDictionary<string, OrtValue> others)
        => part.Run(name => others.TryGetValue(name, out var value) ? value : this[batch, name]);

    private bool IsKnown(string tensor) => batches[0].ContainsKey(tensor) || (passage?.Outputs.Contains(tensor) ?? false);

    private bool IsDone(string tensor) => model.Producer(tensor) is var node and >= 0 && done[node];

    /// <summary>Keeps the tensors of every batch, and gives up what they were made of.</summary>
    private void Hold(HashSet<string> ahead, CancellationToken cancel)
    {
        for (var batch = 0; batch < Batches; batch++)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var (name, value) in passage?.Take(batch, batches[batch]) ?? []) batches[batch][name] = value;
            foreach (var name in batches[batch].Keys.Where(name => !ahead.Contains(name)).ToList())
            {
                batches[batch][name].Dispose();
                batches[batch].Remove(name);
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
        foreach (var value in batches.SelectMany(batch => batch.Values)) value.Dispose();
    }

    /// <summary>The way of one batch from the held tensors to where the stream stands.</summary>
    private sealed class Passage : IDisposable
    {
        private readonly ModelPart part;
        private readonly Dictionary<string, OrtValue> values = [];
        private int current = -1;

        private Passage(ModelPart part, IReadOnlyList<string> outputs) => (this.part, Outputs) = (part, outputs);

        /// <summary>The tensors that it brings.</summary>
        public IReadOnlyList<string> Outputs { get; }

        public static Passage Open(WorkingModel model, Dictionary<string, OrtValue> held, IReadOnlyList<int> nodes,
            IReadOnlyList<string> outputs)
        {
            var read = nodes.SelectMany(model.ReadsOf).ToHashSet();
            var inputs = held.Where(value => read.Contains(value.Key)).ToDictionary(value => value.Key, value => ElementType(value.Value));
            return new(ModelPart.Create(model, inputs, outputs), outputs);
        }

        public OrtValue Value(int batch, Dictionary<string, OrtValue> held, string tensor)
        {
            if (batch != current) Run(batch, held);
            return values[tensor];
        }

        /// <summary>Bytes of a batch's tensors, by the first one.</summary>
        public long Bytes(Dictionary<string, OrtValue> first)
        {
            if (current != 0) Run(0, first);
            return values.Values.Where(value => value.IsTensor).Sum(value => (long)value.GetTensorSizeInBytes());
        }

        /// <summary>A batch's tensors, for the caller to keep.</summary>
        public Dictionary<string, OrtValue> Take(int batch, Dictionary<string, OrtValue> held)
        {
            if (batch != current) Run(batch, held);
            var taken = new Dictionary<string, OrtValue>(values);
            values.Clear();
            current = -1;
            return taken;
        }

        private void Run(int batch, Dictionary<string, OrtValue> held)
        {
            Clear();
            var results = part.Run(name => held[name]);
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
