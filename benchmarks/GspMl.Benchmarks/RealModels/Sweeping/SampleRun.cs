using Microsoft.ML.OnnxRuntime;
using OrtElement = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace GspMl.Benchmarks.RealModels.Sweeping;

/// <summary>A model in ONNX Runtime on the inputs that lie beside it (test_data_set_0/input_N.pb), or on none.</summary>
internal static class SampleRun
{
    /// <returns>The outputs' shapes as text; null where ONNX Runtime does not load or run the model, or an input is no tensor.</returns>
    public static string? Of(string model, string samples, out string failure)
    {
        failure = "";
        var values = new Dictionary<string, OrtValue>();
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 1 };
            using var session = new InferenceSession(model, options);
            for (var i = 0; i < session.InputNames.Count; i++)
            {
                var file = Path.Combine(samples, $"input_{i}.pb");
                if (!File.Exists(file)) return Unable($"{file} is missing", out failure);
                if (!session.InputMetadata[session.InputNames[i]].IsTensor) return Unable("an input is no tensor", out failure);
                values[session.InputNames[i]] = Value(RawTensor.Read(File.ReadAllBytes(file), samples));
            }
            using var run = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            using var outputs = session.Run(run, values, session.OutputNames);
            return string.Join(' ', outputs.Select(output
                => output.IsTensor ? $"[{string.Join(',', output.GetTensorTypeAndShape().Shape)}]" : "no tensor"));
        }
        catch (Exception e) when (e is OnnxRuntimeException or NotSupportedException or InvalidDataException)
        {
            return Unable(e.Message, out failure);
        }
        finally
        {
            foreach (var value in values.Values) value.Dispose();
        }
    }

    private static string? Unable(string why, out string failure)
    {
        failure = why;
        return null;
    }

    private static OrtValue Value(RawTensor tensor)
    {
        if (RawTensor.SizeOf(tensor.Type) == 0) throw new NotSupportedException($"elements of type {tensor.Type}");
        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (OrtElement)tensor.Type, tensor.Shape);
        tensor.Elements.CopyTo(value.GetTensorMutableRawData());
        return value;
    }
}
