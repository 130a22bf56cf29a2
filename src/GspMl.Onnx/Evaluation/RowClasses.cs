namespace GspMl.Onnx.Evaluation;

/// <summary>Reads the classes of the rows from a model's outputs.</summary>
internal sealed class RowClasses
{
    private readonly string path;
    private readonly OutputTensor output;

    /// <exception cref="OnnxModelException">There is no such output.</exception>
    public RowClasses(string path, IReadOnlyList<OutputTensor> outputs, EvaluationOptions options)
    {
        this.path = path;
        output = options.Output is { } name
            ? outputs.FirstOrDefault(o => o.Name == name)
                ?? throw new OnnxModelException($"{path} has no numeric output '{name}'; it has "
                + $"{string.Join(", ", outputs.Select(o => $"'{o.Name}'"))}.")
            : outputs.Count > 0 ? outputs[0] : throw new OnnxModelException($"{path} has no numeric output.");
        Classes = output.RowLength switch
        {
            0 => [],
            1 => options.Threshold is { } threshold ? [.. output.Values.Select(value => value > threshold ? 1 : 0)] : [],
            _ => [.. Largest(output.Values, output.RowLength)],
        };
    }

    /// <summary>Where each row is largest, or on which side of the threshold it lies; empty where that is not to be told.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <exception cref="OnnxModelException">There are no classes, or a label is none of them.</exception>
    public double Accuracy(IReadOnlyList<long> labels)
    {
        if (Classes.Count == 0)
            throw new OnnxModelException($"{path}: labels cannot be compared with its output '{output.Name}', which has no rows, or one "
                + "value a row and no threshold was set for it.");
        var count = Math.Max(2, output.RowLength);
        for (var row = 0; row < labels.Count; row++)
            if (labels[row] < 0 || labels[row] >= count)
                throw new OnnxModelException($"The label of row {row} is {labels[row]}; {path} tells classes 0 to {count - 1} apart.");
        return Classes.Zip(labels).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
    }

    private static IEnumerable<int> Largest(IReadOnlyList<float> values, int rowLength)
    {
        for (var first = 0; first < values.Count; first += rowLength)
        {
            var largest = 0;
            for (var i = 1; i < rowLength; i++)
                if (values[first + i] > values[first + largest]) largest = i;
            yield return largest;
        }
    }
}
