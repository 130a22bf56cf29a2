namespace GspMl.ML.Saving;

/// <summary>
/// ML.NET's ONNX transformer runs its model from the moment that it is made, with a library that comes in a package of its own. Without it
/// the exception speaks of a type initializer.
/// </summary>
internal static class MissingRuntime
{
    private const string Remedy = "the native library of ONNX Runtime is not found. "
        + "Add the package Microsoft.ML.OnnxRuntime (or …OnnxRuntime.Gpu) to the program.";

    public static bool IsCauseOf(Exception? error) => error switch
    {
        null => false,
        DllNotFoundException or BadImageFormatException or EntryPointNotFoundException => true,
        AggregateException many => many.InnerExceptions.Any(IsCauseOf),
        _ => IsCauseOf(error.InnerException),
    };

    /// <param name="work">What needs it.</param>
    /// <param name="error">What was thrown.</param>
    public static InvalidOperationException Told(string work, Exception error) => new($"{work}: {Remedy}", error);
}
