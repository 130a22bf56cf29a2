using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx.Evaluation;

/// <summary>Reads the classes of the rows from a model's outputs.</summary>
internal sealed class RowClasses
{
    private readonly string path;
    private readonly OutputTensor output;

    /// <exception cref="OnnxModelException">There is no such output.</exception>
    public RowClasses(string path, IReadOnlyList<OutputTensor> outputs, EvaluationOptions options, bool labels)
    {
        if (outputs.Count == 0) throw new OnnxModelException($"{path} has no numeric output.");
        this.path = path;
        output = options.Output is { } name ? outputs.First(output => output.Name == name)
            : outputs.FirstOrDefault(output => output.Task?.Task == OutputTask.Classes) ?? outputs[0];
        if (labels || output.Task?.Task == OutputTask.Classes) Classes = ClassReading.Of(output, output.Task?.Threshold);
    }

    /// <summary>The output that they are read from.</summary>
    public string Output => output.Name;

    /// <summary>Where each row is largest, or on which side of the threshold it lies; empty where that is not to be told.</summary>
    public IReadOnlyList<int> Classes { get; } = [];

    /// <exception cref="OnnxModelException">There are no classes, or a label is none of them.</exception>
    public double Accuracy(IReadOnlyList<long> labels)
    {
        if (Classes.Count == 0)
            throw new OnnxModelException($"{path}: labels cannot be compared with its output '{output.Name}', which has no rows, or one "
                + "value a row and no threshold was set for it.");
        var count = output is { RowLength: 1, IsWhole: true } ? long.MaxValue : Math.Max(2, output.RowLength);
        for (var row = 0; row < labels.Count; row++)
            if (labels[row] < 0 || labels[row] >= count)
                throw new OnnxModelException($"The label of row {row} is {labels[row]}; {path} tells classes 0 to {count - 1} apart.");
        return Classes.Zip(labels).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);
    }
}
