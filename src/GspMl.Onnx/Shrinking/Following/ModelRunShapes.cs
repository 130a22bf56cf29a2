using GspMl.Onnx.Calibration;
using GspMl.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// The shapes of all tensors in one run of the model on ONNX Runtime: on the first calibration rows, or on made-up inputs. A large model
/// runs part by part, and no more of its weights is in memory than a part reads.
/// </summary>
internal sealed class ModelRunShapes
{
    // Two rows rather than one: what holds for rows is then told from what holds for axes of one position.
    private static readonly int[] RowCounts = [2, 1];

    // ONNX Runtime takes time by the square of the nodes that it loads, and all outputs of a part are held at once.
    private const int PartLength = 1000;

    private readonly Dictionary<string, long[]> shapes = [];
    private readonly Dictionary<string, TensorElementType> types = [];

    private ModelRunShapes(int rows) => Rows = rows;

    /// <summary>Rows of that run.</summary>
    public int Rows { get; }

    public IReadOnlyList<long>? Of(string tensor) => shapes.GetValueOrDefault(tensor);

    /// <summary>What a tensor's elements are; undefined for what is no tensor of numbers.</summary>
    public TensorElementType TypeOf(string tensor) => types.GetValueOrDefault(tensor);

    /// <exception cref="OnnxModelException">ONNX Runtime does not run the model on such inputs; with calibration inputs it may.</exception>
    public static ModelRunShapes Of(OnnxModel model, EvaluationData? calibration) => Of(model, calibration, LargeOperands.MostHeld);

    /// <summary>The same with so many bytes of large weights in memory at once.</summary>
    internal static ModelRunShapes Of(OnnxModel model, EvaluationData? calibration, long most)
        => Of(model, calibration, RowCounts, most);

    /// <summary>The same of a run of so many rows, or of as many as the model takes or calibration inputs have.</summary>
    public static ModelRunShapes OfRows(OnnxModel model, EvaluationData? calibration, int rows)
        => Of(model, calibration, rows == 1 ? [1] : [rows, 1], LargeOperands.MostHeld);

    private static ModelRunShapes Of(OnnxModel model, EvaluationData? calibration, int[] rowCounts, long most)
    {
        model = model.Dense();
        var large = LargeOperands.Of(model, most);
        var working = new WorkingModel(model, large);
        if (calibration is not null)
        {
            var feeder = BatchFeeder.Create(model, calibration);
            var rows = feeder.CountFrom(0, Math.Min(feeder.FixedBatch ?? rowCounts[0], feeder.Rows));
            return Run(working, large, feeder.Batch(0, rows), feeder.FixedBatch ?? rows);
        }
        OnnxModelException? failure = null;
        foreach (var inputs in MadeUpInputs.Tries(model, rowCounts))
        {
            try { return Run(working, large, inputs.Make(), inputs.Fed); }
            catch (OnnxModelException e) { failure = e; }
        }
        throw new OnnxModelException($"{model.Path}: its shapes are not known, since it does not run on made-up inputs; give calibration "
            + $"inputs. {failure!.Message}", failure);
    }

    private static ModelRunShapes Run(WorkingModel model, LargeOperands large, Dictionary<string, OrtValue> inputs, int rows)
    {
        var found = new ModelRunShapes(rows);
        var values = new Dictionary<string, OrtValue>(inputs);
        try
        {
            foreach (var (name, value) in inputs) found.Note(name, value);
            for (var (first, length) = (0, 0); first < model.Nodes.Count; first += length)
            {
                length = large.PartLength(model, first, Math.Min(model.Nodes.Count - first, PartLength));
                found.RunPart(model, large, values, first, first + length);
            }
            return found;
        }
        finally
        {
            foreach (var value in values.Values) value.Dispose();
        }
    }

    /// <summary>Runs some nodes, and holds what later ones read.</summary>
    private void RunPart(WorkingModel model, LargeOperands large, Dictionary<string, OrtValue> values, int first, int end)
    {
        var wanted = Enumerable.Range(first, end - first).SelectMany(node => model.Nodes[node].Output).Where(name => name.Length > 0)
            .Distinct().ToList();
        if (wanted.Count == 0) return;
        var read = Enumerable.Range(end, model.Nodes.Count - end).SelectMany(model.ReadsOf).ToHashSet();
        foreach (var (name, value) in wanted.Zip(Outputs(model, large, values, wanted)))
        {
            Note(name, value);
            if (value.IsTensor && read.Contains(name)) values[name] = value;
            else value.Dispose();
        }
        foreach (var name in values.Keys.Where(name => !read.Contains(name)).ToList())
        {
            values[name].Dispose();
            values.Remove(name);
        }
    }

    private static IReadOnlyList<OrtValue> Outputs(WorkingModel model, LargeOperands large, Dictionary<string, OrtValue> values,
        IReadOnlyList<string> wanted)
    {
        var inputs = new Dictionary<string, OrtValue>(values);
        try
        {
            foreach (var name in large.Among(model.NodesBetween(values.ContainsKey, wanted).SelectMany(model.ReadsOf)))
                inputs[name] = large.Read(name);
            using var part = ModelPart.Create(model, inputs.ToDictionary(value => value.Key, value => ElementType(value.Value)), wanted,
                optimized: false);
            return part.Run(name => inputs[name]);
        }
        finally
        {
            foreach (var name in inputs.Keys.Except(values.Keys)) inputs[name].Dispose();
        }
    }

    private void Note(string name, OrtValue value)
    {
        if (!value.IsTensor) return;
        shapes[name] = value.GetTensorTypeAndShape().Shape;
        types[name] = (TensorElementType)ElementType(value);
    }

    private static int ElementType(OrtValue value) => (int)value.GetTensorTypeAndShape().ElementDataType;
}
