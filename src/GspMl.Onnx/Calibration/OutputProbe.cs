using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// One run of <see cref="OutputSensitivity"/>: a batch whose layer's output has one part of each row mixed with another row's, and what the
/// model makes of it.
/// </summary>
internal sealed class OutputProbe : IDisposable
{
    private readonly LinearLayer layer;
    private readonly BatchTensors batch;
    private readonly FloatTensor output;
    private readonly FloatTensor other;
    private readonly int shift;
    private FloatTensor mixed = new([], []);
    private FloatTensor after = new([], []);
    private int[] mixedParts = [];

    /// <param name="layer">The layer.</param>
    /// <param name="batch">The batch, which is this one's from now on.</param>
    /// <param name="other">The layer's output for the rows that are mixed in.</param>
    /// <param name="shift">How many rows further the one that is mixed in stands.</param>
    public OutputProbe(LinearLayer layer, BatchTensors batch, FloatTensor other, int shift)
    {
        (this.layer, this.batch, this.other, this.shift) = (layer, batch, other, shift);
        try
        {
            output = FloatTensor.Of(batch[layer.Output]);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Whether the layer puts out a tensor of one entry, or position, per row and filter.</summary>
    public bool IsByRows() => output.Shape.Length > 1 && output.Shape.Skip(1).SequenceEqual(other.Shape.Skip(1))
        && output.Shape[layer.IsConvolution ? 1 : ^1] == layer.Filters;

    /// <summary>Mixes the parts whose turn it is.</summary>
    public void Mix(OutputParts parts, PartTally tally)
    {
        var (rows, otherRows) = ((int)output.Shape[0], (int)other.Shape[0]);
        var length = output.Values.Length / rows;
        var values = (float[])output.Values.Clone();
        mixedParts = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            var part = mixedParts[row] = tally.Next();
            tally.AddPart(part,
                parts.Mix(part, values.AsSpan(row * length, length), other.Values.AsSpan((row + shift) % otherRows * length, length)));
        }
        mixed = new(values, output.Shape);
    }

    /// <summary>Runs the rest of the model on the layer's output; on any thread.</summary>
    /// <param name="rest">The rest of the model.</param>
    /// <param name="before">What the model puts out for each batch as it is, where that is known already.</param>
    /// <param name="isChanged">Whether the output is mixed.</param>
    public void Run(ModelPart rest, FloatTensor?[] before, bool isChanged)
    {
        if (isChanged) after = Outputs(rest, mixed);
        else before[batch.Batch] ??= Outputs(rest, output);
    }

    /// <summary>Notes what the changes did; false, where the model's first output does not have a row for each of the layer's.</summary>
    public bool AddTo(PartTally tally, IReadOnlyList<FloatTensor?> before)
    {
        if (before[batch.Batch]!.Shape is not [var rows, ..] || rows != output.Shape[0]) return false;
        tally.AddOutputs(mixedParts, before[batch.Batch]!, after);
        return true;
    }

    private FloatTensor Outputs(ModelPart rest, FloatTensor from)
    {
        var type = batch[layer.Output].GetTensorTypeAndShape().ElementDataType;
        using var value =
            TensorConversion.ToOrtValue(from.Values, 0, from.Values.Length, [.. from.Shape.Select(extent => (int)extent)], type);
        var results = batch.Run(rest, new Dictionary<string, OrtValue> { [layer.Output] = value });
        var first = FloatTensor.IsReadable(results[0]) ? FloatTensor.Of(results[0]) : new([], []);
        foreach (var result in results) result.Dispose();
        return first;
    }

    /// <summary>Frees the batch.</summary>
    public void Dispose() => batch.Dispose();
}
