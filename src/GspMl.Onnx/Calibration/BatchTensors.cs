using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// The tensors of one batch where an <see cref="ActivationStream"/> stopped last. What the stream does not hold is made when it is first
/// asked for, and freed with this. Several batches may be open at once, each on any threads.
/// </summary>
/// <param name="batch">The batch.</param>
/// <param name="held">What the stream holds of it; stays the stream's.</param>
/// <param name="inputs">The model's inputs.</param>
/// <param name="passage">From the tensors before to those that are not held; null where all are.</param>
internal sealed class BatchTensors(int batch, Dictionary<string, OrtValue> held, CalibrationBatch inputs, StreamPassage? passage)
    : IDisposable
{
    private readonly object gate = new();
    private Dictionary<string, OrtValue>? made;
    private Dictionary<string, OrtValue>? passed;

    public int Batch => batch;

    /// <summary>A tensor, good until this is disposed of.</summary>
    public OrtValue this[string tensor]
    {
        get
        {
            if (held.TryGetValue(tensor, out var value)) return value;
            lock (gate)
            {
                return passage?.Outputs.Contains(tensor) == true ? Passed()[tensor] : (made ??= inputs.Create())[tensor];
            }
        }
    }

    /// <summary>Runs a part of the model on these tensors and others; the caller owns the results.</summary>
    public IReadOnlyList<OrtValue> Run(ModelPart part, IReadOnlyDictionary<string, OrtValue> others)
        => part.Run(name => others.TryGetValue(name, out var value) ? value : this[name]);

    /// <summary>Bytes of what is not held.</summary>
    public long PassedBytes()
    {
        lock (gate)
        {
            return passage is null ? 0 : Passed().Values.Where(value => value.IsTensor).Sum(value => (long)value.GetTensorSizeInBytes());
        }
    }

    /// <summary>What is not held, for the caller to keep.</summary>
    public Dictionary<string, OrtValue> Take()
    {
        lock (gate)
        {
            if (passage is null) return [];
            var taken = Passed();
            passed = null;
            return taken;
        }
    }

    private Dictionary<string, OrtValue> Passed()
        => passed ??= passage!.Run(name => held.TryGetValue(name, out var value) ? value : (made ??= inputs.Create())[name]);

    /// <summary>Frees what the stream does not hold.</summary>
    public void Dispose()
    {
        foreach (var value in (made?.Values ?? Enumerable.Empty<OrtValue>()).Concat(passed?.Values ?? Enumerable.Empty<OrtValue>()))
            value.Dispose();
        (made, passed) = (null, null);
    }
}
