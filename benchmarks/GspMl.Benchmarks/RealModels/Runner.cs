using Microsoft.ML.OnnxRuntime;

namespace GspMl.Benchmarks.RealModels;

/// <summary>A tensor's name, values and shape.</summary>
internal sealed record Named(string Name, Array Values, long[] Shape)
{
    public Named(string name, float[] values, params int[] shape) : this(name, values, [.. shape.Select(extent => (long)extent)]) { }
}

/// <summary>A model in ONNX Runtime, called with plain arrays: the judge of these programs, apart from the code that it judges.</summary>
internal sealed class Runner(string path) : IDisposable
{
    private readonly InferenceSession session = new(path);

    /// <summary>The float outputs, in the model's order or as named.</summary>
    public IReadOnlyList<Rows> Run(IReadOnlyList<Named> inputs, params string[] outputs)
    {
        var values = inputs.ToDictionary(input => input.Name, Value);
        try
        {
            using var options = new RunOptions();
            using var results = session.Run(options, values, outputs.Length > 0 ? outputs : session.OutputNames);
            return [.. results.Select(result
                => new Rows(result.GetTensorDataAsSpan<float>().ToArray(), [.. result.GetTensorTypeAndShape().Shape.Select(e => (int)e)]))];
        }
        finally
        {
            foreach (var value in values.Values) value.Dispose();
        }
    }

    /// <summary>The one output, row by row where the model takes one row at a time, else in batches.</summary>
    public Rows RunRows(string input, Rows rows, int batch)
    {
        var parts = Enumerable.Range(0, (rows.Count + batch - 1) / batch).Select(part =>
        {
            var count = Math.Min(batch, rows.Count - (part * batch));
            var values = rows.Values.AsSpan(part * batch * rows.Width, count * rows.Width).ToArray();
            return Run([new(input, values, [count, .. rows.Shape[1..]])])[0];
        }).ToList();
        return new([.. parts.SelectMany(part => part.Values)], [rows.Count, .. parts[0].Shape[1..]]);
    }

    public void Dispose() => session.Dispose();

    private static OrtValue Value(Named tensor) => tensor.Values switch
    {
        float[] values => OrtValue.CreateTensorValueFromMemory(values, tensor.Shape),
        long[] values => OrtValue.CreateTensorValueFromMemory(values, tensor.Shape),
        _ => throw new ArgumentException($"{tensor.Name} has elements of type {tensor.Values.GetType()}."),
    };
}
