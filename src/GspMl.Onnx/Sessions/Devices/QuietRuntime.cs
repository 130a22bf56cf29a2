using GspMl.Onnx.Writing;
using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Sessions.Devices;

/// <summary>
/// Keeps ONNX Runtime from writing to the error stream what its exceptions say already: a GPU that does not work is told in one sentence,
/// and with automatic choice it is no error at all.
/// </summary>
internal static class QuietRuntime
{
    // The level is one for the process: two calls at a time would put back each other's.
    private static readonly Lock OneAtATime = new();

    /// <summary>Runs <paramref name="action"/> while ONNX Runtime's own log takes fatal errors alone.</summary>
    public static T Run<T>(Func<T> action)
    {
        lock (OneAtATime)
        {
            if (Environment() is not { } environment) return action();
            var level = environment.EnvLogLevel;
            environment.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
            try
            {
                return action();
            }
            finally
            {
                environment.EnvLogLevel = level;
            }
        }
    }

    /// <summary>Null where there is no native ONNX Runtime; whoever runs a model will say so.</summary>
    private static OrtEnv? Environment()
    {
        try { return OrtEnv.Instance(); }
        catch (Exception e) when (NativeRuntime.IsMissing(e)) { return null; }
    }
}
