namespace GspMl.ML.Hosting;

/// <summary>
/// What ML.NET's environments and hosts say in properties that are public, of classes that are its own. Where a version of it says it
/// otherwise, it is as if nothing was said.
/// </summary>
internal static class HostProperties
{
    public static bool IsCanceled(object? host) => Read(host, "IsCanceled") is true;

    /// <summary>The folder for temporary files; null for the system's.</summary>
    public static string? TempFilePath(object? environment) => Read(environment, "TempFilePath") as string;

    private static object? Read(object? owner, string property) => owner?.GetType().GetProperty(property)?.GetValue(owner);
}
