using Google.Protobuf;
using GspMl.Onnx;
using GspMl.Onnx.Proto;
using GspMl.Onnx.Sessions.Devices;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Training.Steps;

/// <summary>Loads graphs that were made in memory.</summary>
/// <param name="path">The model that they were made of, for messages.</param>
/// <param name="device">What runs them.</param>
/// <param name="maxThreads">The most threads; 0 leaves it to ONNX Runtime.</param>
internal sealed class Sessions(string path, Device device, int maxThreads)
{
    public string Path => path;

    public Device Device => device;

    /// <exception cref="OnnxModelException">ONNX Runtime does not load it.</exception>
    public InferenceSession Open(ModelProto model)
    {
        try
        {
            using var options = device.Options();
            options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
            options.IntraOpNumThreads = maxThreads;
            return device.Create(options, with => new(model.ToByteArray(), with));
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{path}: ONNX Runtime does not load the model as it is to be trained: {e.Message}", e);
        }
    }
}
