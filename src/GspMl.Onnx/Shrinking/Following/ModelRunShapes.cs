using GspMl.Onnx.Calibration;
using GspMl.Onnx.Sessions.Devices;
using GspMl.Onnx.Sessions;
using GspMl.Onnx.Tensors;
using Microsoft.ML.OnnxRuntime;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Onnx.Shrinking.Following;

/// <summary>
/// The shapes of all tensors in one run of the model on ONNX Runtime: on the first calibration rows, or on made-up inputs.
/// </summary>
internal sealed class ModelRunShapes
{
    // Extents that the model leaves open, apart from the number of rows: the first of these with which it runs.
    private static readonly int[] OpenExtents = [32, 224, 64, 128, 320, 640, 16, 8, 4, 1];

    // Two rows rather than one: what holds for rows is then told from what holds for axes of one position.
    private static readonly int[] RowCounts = [2, 1];

    // Some 128 MB of floats, more than any one picture or text has: a file may declare any extent, and shapes alone are wanted.
    private const long MostMadeUp = 1 << 25;

    private readonly Dictionary<string, long[]> shapes = [];

    private ModelRunShapes(int rows) => Rows = rows;

    /// <summary>Rows of that run.</summary>
    public int Rows { get; }

    public IReadOnlyList<long>? Of(string tensor) => shapes.GetValueOrDefault(tensor);

    /// <exception cref="OnnxModelException">ONNX Runtime does not run the model on such inputs; with calibration inputs it may.</exception>
    public static ModelRunShapes Of(OnnxModel model, EvaluationData? calibration)
    {
        var working = new WorkingModel(model);
        if (calibration is not null)
        {
            var feeder = BatchFeeder.Create(model, calibration);
            var rows = feeder.CountFrom(0, Math.Min(feeder.FixedBatch ?? RowCounts[0], feeder.Rows));
            return Run(working, feeder.Batch(0, rows), feeder.FixedBatch ?? rows);
        }
        using var session = ModelSession.Open(model, Device.Cpu, maxThreads: 1);
        OnnxModelException? failure = null;
        foreach (var rows in RowCounts)
            foreach (var open in OpenExtents)
            {
                try { return Run(working, MadeUp(session, rows, open, out var fed), fed); }
                catch (OnnxModelException e) { failure = e; }
                if (!IsOpen(session)) break;
            }
        throw new OnnxModelException($"{model.Path}: its shapes are not known, since it does not run on made-up inputs; give calibration "
            + $"inputs. {failure!.Message}", failure);
    }

    private static bool IsOpen(ModelSession session)
        => session.Session.InputMetadata.Values.Any(input => input.IsTensor && input.Dimensions.Skip(1).Any(extent => extent < 0));

    private static ModelRunShapes Run(WorkingModel model, Dictionary<string, OrtValue> inputs, int rows)
    {
        try
        {
            var found = new ModelRunShapes(rows);
            foreach (var (name, value) in inputs) found.shapes[name] = value.GetTensorTypeAndShape().Shape;
            var wanted = model.Nodes.SelectMany(node => node.Output).Where(name => name.Length > 0).Distinct().ToList();
            if (wanted.Count == 0) return found;
            using var part =
                ModelPart.Create(model, inputs.ToDictionary(i => i.Key, i => (int)i.Value.GetTensorTypeAndShape().ElementDataType), wanted,
                optimized: false);
            foreach (var (name, value) in wanted.Zip(part.Run(name => inputs[name])))
            {
                if (value.IsTensor) found.shapes[name] = value.GetTensorTypeAndShape().Shape;
                value.Dispose();
            }
            return found;
        }
        finally
        {
            foreach (var value in inputs.Values) value.Dispose();
        }
    }

    private static Dictionary<string, OrtValue> MadeUp(ModelSession session, int rows, int open, out int fed)
    {
        var shapes = session.Model.Inputs.ToDictionary(name => name, name => MadeUpShape(session, name, rows, open));
        var first = shapes.Values.FirstOrDefault([]);
        fed = first.Length > 0 ? Math.Max(1, first[0]) : 1;
        var random = new Random(0);
        var values = new Dictionary<string, OrtValue>();
        foreach (var (name, shape) in shapes)
        {
            var type = session.Session.InputMetadata[name].ElementDataType;
            var isFloat = type is OrtElement.Float or OrtElement.Double or OrtElement.Float16;
            var numbers = new float[shape.Aggregate(1, (product, extent) => product * extent)];
            for (var i = 0; i < numbers.Length; i++) numbers[i] = isFloat ? random.NextSingle() : 1;
            values[name] = TensorConversion.ToOrtValue(numbers, 0, numbers.Length, shape, type);
        }
        return values;
    }

    /// <exception cref="OnnxModelException">No value of the input's type is made up, or none of its shape.</exception>
    private static int[] MadeUpShape(ModelSession session, string name, int rows, int open)
    {
        var input = session.Session.InputMetadata[name];
        if (!input.IsTensor || !TensorConversion.IsFed(input.ElementDataType))
            throw new OnnxModelException($"input '{name}' is no tensor of numbers, or of a type that is not fed");
        int[] shape = [.. input.Dimensions.Select((extent, axis) => extent >= 0 ? extent : axis == 0 ? rows : open)];
        return shape.Aggregate(1.0, (product, extent) => product * extent) <= MostMadeUp
            ? shape
            : throw new OnnxModelException($"input '{name}' of shape [{string.Join(',', shape)}] is too large to be made up");
    }
}
