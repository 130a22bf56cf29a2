using Microsoft.ML.OnnxRuntime;

namespace GspMl.Onnx.Writing;

/// <summary>The native half of ONNX Runtime, which the user of the library brings.</summary>
internal static class NativeRuntime
{
    /// <summary>Has ONNX Runtime load something.</summary>
    /// <param name="refusal">What the message says before its words where it does not.</param>
    /// <param name="consequence">What follows where it is not there.</param>
    /// <param name="load">Loads it.</param>
    /// <exception cref="OnnxModelException">It does not load, or there is no native ONNX Runtime.</exception>
    public static T Load<T>(string refusal, string consequence, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxModelException($"{refusal}: {e.Message}", e);
        }
        catch (Exception e) when (IsMissing(e))
        {
            throw new OnnxModelException($"{consequence}. The native ONNX Runtime is not there: add the package Microsoft.ML.OnnxRuntime "
                + $"(or Microsoft.ML.OnnxRuntime.Gpu). {e.Message}", e);
        }
    }

    /// <inheritdoc cref="Load{T}"/>
    public static void Load(string refusal, string consequence, Action load) => Load(refusal, consequence, () =>
    {
        load();
        return 0;
    });

    public static bool IsMissing(Exception e)
        => e is DllNotFoundException or EntryPointNotFoundException
            || (e is TypeInitializationException { InnerException: { } inner } && IsMissing(inner));

    /// <summary>Options of a session that is opened to be judged: one thread, and no log beside what its exceptions say.</summary>
    public static SessionOptions CheckOptions() => new()
    {
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        IntraOpNumThreads = 1,
    };
}
