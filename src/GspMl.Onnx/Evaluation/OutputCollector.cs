namespace GspMl.Onnx.Evaluation;

/// <summary>Puts the batches of one output together, without the rows that only filled a fixed batch up.</summary>
internal sealed class OutputCollector(string name)
{
    private readonly List<float> collected = [];
    private bool hasRows = true;

    public void Add(float[] values, long[] shape, int batch, int rows)
    {
        hasRows &= shape.Length > 0 && shape[0] == batch;
        collected.AddRange(hasRows ? values.AsSpan(0, values.Length / batch * rows) : values);
    }

    public OutputTensor Result(int rows) => new(name, collected.ToArray(), hasRows ? collected.Count / rows : 0);
}
