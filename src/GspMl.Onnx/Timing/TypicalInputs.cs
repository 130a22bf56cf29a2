using GspMl.Onnx.Sessions;
using GspMl.Onnx.Sessions.Devices;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Timing;

/// <summary>The inputs of one typical run.</summary>
internal sealed class TypicalInputs : IDisposable
{
    private TypicalInputs(IReadOnlyDictionary<string, OrtValue> values, int rows) => (Values, Rows) = (values, rows);

    public IReadOnlyDictionary<string, OrtValue> Values { get; }

    /// <summary>Rows of the run.</summary>
    public int Rows { get; }

    /// <summary>The first rows that are given, or made-up ones.</summary>
    /// <exception cref="OnnxModelException">The model takes neither.</exception>
    public static TypicalInputs Of(OnnxModel model, EvaluationData? data, int rows)
    {
        if (data is null) return MadeUp(model, rows);
        var feeder = BatchFeeder.Create(model, data);
        var count = feeder.CountFrom(0, Math.Min(feeder.FixedBatch ?? rows, feeder.Rows));
        return new(feeder.Batch(0, count), feeder.FixedBatch ?? count);
    }

    private static TypicalInputs MadeUp(OnnxModel model, int rows)
    {
        using var session = ModelSession.Open(model, Device.Cpu, maxThreads: 1);
        using var options = new RunOptions();
        Exception? failure = null;
        foreach (var made in MadeUpInputs.Tries(session.Model, rows == 1 ? [1] : [rows, 1]))
        {
            try
            {
                var inputs = new TypicalInputs(made.Make(), made.Fed);
                session.Run(options, inputs.Values).Dispose();
                return inputs;
            }
            catch (Exception e) when (e is OnnxModelException or OnnxRuntimeException) { failure = e; }
        }
        throw new OnnxModelException($"{model.Path}: it does not run on made-up inputs; give typical ones. {failure!.Message}", failure);
    }

    public void Dispose()
    {
        foreach (var value in Values.Values) value.Dispose();
    }
}
