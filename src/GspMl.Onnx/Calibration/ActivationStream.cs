using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// Calibration inputs on their way through a model. Between two stops only the tensors that later nodes still read are
/// kept, so the whole way costs one run of the model, and layers changed on the way act on everything after them.
/// </summary>
internal sealed class ActivationStream : IDisposable
{
    private readonly WorkingModel model;
    private readonly bool[] done;
    private readonly IReadOnlyList<Dictionary<string, OrtValue>> batches;

    /// <param name="model">The model; its weights may change while the stream is before them.</param>
    /// <param name="batches">Each batch's tensors by the names of the model's inputs; the stream owns them.</param>
    public ActivationStream(WorkingModel model, IReadOnlyList<Dictionary<string, OrtValue>> batches)
        => (this.model, this.batches, done) = (model, batches, new bool[model.Nodes.Count]);

    public int Batches => batches.Count;

    /// <summary>A tensor of one batch, at which the stream stopped last.</summary>
    public OrtValue this[int batch, string tensor] => batches[batch][tensor];

    /// <summary>The nodes that must still run before a tensor is known.</summary>
    public IReadOnlyList<int> NodesTo(string tensor) => model.NodesBetween(batches[0].ContainsKey, [tensor]);

    /// <summary>Runs every batch until the tensors are known; what lies behind and is read no more is dropped.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime cannot run the part.</exception>
    public void Advance(IReadOnlyList<string> tensors, CancellationToken cancel)
    {
        var nodes = model.NodesBetween(batches[0].ContainsKey, tensors);
        foreach (var node in nodes) done[node] = !model.ReadsOf(node).All(model.IsConstant);
        var ahead = StillRead(tensors);
        if (nodes.Count > 0) Run(nodes, [.. nodes.SelectMany(node => model.Nodes[node].Output).Where(ahead.Contains)], cancel);
        foreach (var batch in batches)
            foreach (var name in batch.Keys.Where(name => !ahead.Contains(name)).ToList())
            {
                batch[name].Dispose();
                batch.Remove(name);
            }
    }

    /// <summary>
    /// A session over the rest of the model: from the stream's present tensors, and others such as a layer's weights, to the model's
    /// outputs.
    /// </summary>
    public ModelPart Rest(IReadOnlyDictionary<string, int> others)
    {
        var inputs = new Dictionary<string, int>(others);
        foreach (var (name, value) in batches[0]) inputs[name] = ElementType(value);
        return ModelPart.Create(model, inputs, model.Outputs);
    }

    /// <summary>Runs a part of the model on a batch of the stream and other tensors.</summary>
    public IReadOnlyList<OrtValue> Run(ModelPart part, int batch, IReadOnlyDictionary<string, OrtValue> others)
        => part.Run(name => others.TryGetValue(name, out var value) ? value : batches[batch][name]);

    private void Run(IReadOnlyList<int> nodes, IReadOnlyList<string> outputs, CancellationToken cancel)
    {
        var read = nodes.SelectMany(model.ReadsOf).ToHashSet();
        var inputs = batches[0].Where(value => read.Contains(value.Key))
            .ToDictionary(value => value.Key, value => ElementType(value.Value));
        using var part = ModelPart.Create(model, inputs, outputs);
        foreach (var batch in batches)
        {
            cancel.ThrowIfCancellationRequested();
            var results = part.Run(name => batch[name]);
            for (var i = 0; i < outputs.Count; i++) batch[outputs[i]] = results[i];
        }
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
        foreach (var value in batches.SelectMany(batch => batch.Values)) value.Dispose();
    }
}
