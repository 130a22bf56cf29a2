using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Calibration;

/// <summary>
/// A part of a model, ready to run: on one thread, on which ONNX Runtime adds up in one order. Several runs may go on at once.
/// </summary>
internal sealed class ModelPart : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly IReadOnlyList<string> inputs;
    private readonly IReadOnlyList<string> outputs;
    private readonly string path;

    private ModelPart(string path, InferenceSession session, IReadOnlyList<string> inputs, IReadOnlyList<string> outputs)
        => (this.path, this.session, this.inputs, this.outputs) = (path, session, inputs, outputs);

    /// <summary>A part that runs many times.</summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The tensors that go in, with ONNX's numbers for their number types.</param>
    /// <param name="outputs">The tensors that come out.</param>
    /// <param name="optimized">Whether ONNX Runtime may change the graph.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not load the part; the message names the model.</exception>
    public static ModelPart Create(WorkingModel model, IReadOnlyDictionary<string, int> inputs, IReadOnlyList<string> outputs,
        bool optimized = true)
    {
        using var options = Options(threads: 1);
        if (!optimized) options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
        return Open(model, inputs, outputs, options);
    }

    /// <summary>
    /// A part of which many live at once, each run once a batch: it keeps no plan of memory between runs, nor a second copy of its weights
    /// laid out for speed.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="inputs">The tensors that go in, with ONNX's numbers for their number types.</param>
    /// <param name="outputs">The tensors that come out.</param>
    /// <exception cref="OnnxModelException">ONNX Runtime does not load the part; the message names the model.</exception>
    public static ModelPart CreateFrugal(WorkingModel model, IReadOnlyDictionary<string, int> inputs, IReadOnlyList<string> outputs)
    {
        using var options = Options(model.MaxThreads);
        options.EnableMemoryPattern = false;
        options.AddSessionConfigEntry("session.disable_prepacking", "1");
        return Open(model, inputs, outputs, options);
    }

    private static SessionOptions Options(int threads)
    {
        var options = new SessionOptions
        {
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            IntraOpNumThreads = threads,
            // An arena keeps the largest memory that a run ever took; several sessions live at once.
            EnableCpuMemArena = false,
        };
        // Threads that spin between runs would take the cores from the least-squares solves.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    private static ModelPart Open(WorkingModel model, IReadOnlyDictionary<string, int> inputs, IReadOnlyList<string> outputs,
        SessionOptions options)
    {
        try
        {
            return new(model.Path, new InferenceSession(model.Part(inputs, outputs), options), [.. inputs.Keys], outputs);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException(
                $"{model.Path}: ONNX Runtime does not load the part of the model up to '{outputs[0]}': {e.Message}", e);
        }
    }

    /// <summary>Runs the part; the caller owns the results, one for each output.</summary>
    /// <exception cref="OnnxModelException">ONNX Runtime fails, for instance on calibration inputs of a wrong shape.</exception>
    public IReadOnlyList<OrtValue> Run(Func<string, OrtValue> values)
    {
        try
        {
            return [.. session.Run(options, inputs, [.. inputs.Select(values)], outputs)];
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{path}: the inputs cannot be run as far as '{outputs[0]}': {e.Message}", e);
        }
    }

    /// <summary>Frees the session.</summary>
    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }
}
