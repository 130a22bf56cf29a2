using GspMl.Onnx.Calibration;
using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Evaluation.Layers;

/// <summary>A layer of the dense model and the one of the pruned model that took its place, run on each other's inputs.</summary>
internal sealed class LayerPair(LayerSpot dense, LayerSpot pruned) : IDisposable
{
    private readonly ErrorSums input = new();
    private readonly ErrorSums inherited = new();
    private readonly ErrorSums own = new();
    private readonly ErrorSums total = new();
    private ModelPart? denseLayer;
    private ModelPart? prunedLayer;
    private string? note;

    public LayerSpot Dense => dense;

    public LayerSpot Pruned => pruned;

    /// <summary>Adds a batch.</summary>
    /// <param name="models">The dense and the pruned model.</param>
    /// <param name="x">The dense model's tensors.</param>
    /// <param name="y">The pruned model's.</param>
    public void Add((LayerModel Dense, LayerModel Pruned) models, TensorSet x, TensorSet y)
    {
        var wanted = x[dense.Output];
        total.Add(x, wanted, y[pruned.Output]);
        if (!FloatTensor.IsReadable(wanted)) note = "it puts out no floating-point numbers";
        else if (!SameInputs(x, y)) note = "the two read tensors of different shapes";
        else
        {
            foreach (var (read, drifted) in dense.Inputs.Zip(pruned.Inputs, (from, to) => (x[from], y[to])))
                if (FloatTensor.IsReadable(read)) input.Add(x, read, drifted);
            denseLayer ??= Open(models.Dense, dense, y, pruned.Inputs);
            prunedLayer ??= Open(models.Pruned, pruned, x, dense.Inputs);
            using OrtValue handedOn = Run(denseLayer, dense, y, pruned.Inputs), alone = Run(prunedLayer, pruned, x, dense.Inputs);
            inherited.Add(x, wanted, handedOn);
            own.Add(x, wanted, alone);
        }
    }

    public LayerDrift Result() => new()
    {
        Node = dense.Name,
        Operator = dense.Weight.Operator,
        Weight = dense.Weight.Name,
        Output = dense.Output,
        Input = input.Relative,
        Inherited = inherited.Relative,
        Own = own.Relative,
        Total = total.Relative,
        Note = note ?? (total.Relative is null ? "the two put out tensors of different shapes" : null),
    };

    private bool SameInputs(TensorSet x, TensorSet y) => dense.Inputs.Count == pruned.Inputs.Count
        && dense.Inputs.Zip(pruned.Inputs).All(pair
        => TensorSet.TypeOf(x[pair.First]) == TensorSet.TypeOf(y[pair.Second])
            && x[pair.First].GetTensorTypeAndShape().Shape.SequenceEqual(y[pair.Second].GetTensorTypeAndShape().Shape));

    private static ModelPart Open(LayerModel model, LayerSpot layer, TensorSet tensors, IReadOnlyList<string> names)
        => ModelPart.CreateFrugal(model.Working,
            layer.Inputs.Zip(names).ToDictionary(pair => pair.First, pair => TensorSet.TypeOf(tensors[pair.Second])), [layer.Output]);

    /// <summary>What a layer makes of the tensors that the other one reads.</summary>
    private static OrtValue Run(ModelPart part, LayerSpot layer, TensorSet tensors, IReadOnlyList<string> names)
        => part.Run(name => tensors[names[layer.Inputs.ToList().IndexOf(name)]])[0];

    public void Dispose()
    {
        denseLayer?.Dispose();
        prunedLayer?.Dispose();
    }
}
