using GspMl.Training.Data;
using GspMl.Training.Losses;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Steps;

/// <summary>What is wanted of a batch: the teacher's outputs, labels, and what each row counts.</summary>
internal sealed class Wanted : IDisposable
{
    private readonly int size;
    private readonly IReadOnlyList<TeacherOutput> outputs;
    private readonly IReadOnlyList<long>? labels;
    private readonly PinnedTensor counts;
    private readonly Dictionary<string, PinnedTensor> tensors = [];
    private readonly int classes;

    /// <param name="outputs">The teacher's, for all rows.</param>
    /// <param name="labels">The class of each row, where they are asked for.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <param name="size">Rows of a batch.</param>
    public Wanted(IReadOnlyList<TeacherOutput> outputs, IReadOnlyList<long>? labels, int classes, int size)
    {
        (this.outputs, this.labels, this.classes, this.size) = (outputs, labels, classes, size);
        tensors.Add(LossInputs.Rows, counts = PinnedTensor.Of(size));
        foreach (var output in outputs)
            tensors.Add(LossInputs.Target(output.Name), PinnedTensor.Of([size * output.Shape[0], .. output.Shape[1..]]));
        if (labels is not null) tensors.Add(LossInputs.Labels, PinnedTensor.Of(size, classes));
    }

    public IReadOnlyDictionary<string, OrtValue> Values => tensors.ToDictionary(pair => pair.Key, pair => pair.Value.Value);

    /// <summary>What is wanted of rows as they are.</summary>
    /// <param name="rows">Which.</param>
    /// <param name="whole">By how many the loss is divided.</param>
    public void Fill(ReadOnlySpan<int> rows, int whole)
    {
        FillCounts(rows, whole);
        foreach (var output in outputs)
            for (var i = 0; i < size; i++)
                output.Rows[rows[Math.Min(i, rows.Length - 1)]].CopyTo(tensors[LossInputs.Target(output.Name)]
                    .Numbers[(i * output.Rows[0].Length)..]);
    }

    /// <summary>The same of rows that were varied: what the teacher put out for them.</summary>
    public void Fill(ReadOnlySpan<int> rows, int whole, IReadOnlyList<OrtValue> results)
    {
        FillCounts(rows, whole);
        for (var o = 0; o < outputs.Count; o++)
            results[o].GetTensorDataAsSpan<float>().CopyTo(tensors[LossInputs.Target(outputs[o].Name)].Numbers);
    }

    private void FillCounts(ReadOnlySpan<int> rows, int whole)
    {
        counts.Numbers.Clear();
        counts.Numbers[..rows.Length].Fill(1f / whole);
        if (labels is null) return;
        var one = tensors[LossInputs.Labels].Numbers;
        one.Clear();
        for (var i = 0; i < rows.Length; i++) one[(i * classes) + (int)labels[rows[i]]] = 1;
    }

    public void Dispose()
    {
        foreach (var tensor in tensors.Values) tensor.Dispose();
    }
}
