namespace GspMl.ML.Schema;

/// <summary>The exceptions that ML.NET's own components throw for a schema that does not fit, in the same words.</summary>
internal static class SchemaErrors
{
    public static ArgumentOutOfRangeException Missing(string parameter, string column) =>
        new(parameter, $"Could not find input column '{column}'");

    public static ArgumentOutOfRangeException Mismatch(string parameter, string column, string actual, int? size = null) =>
        new(parameter, $"Schema mismatch for input column '{column}': expected a vector of {Expected(size)} of type Single, got {actual}");

    private static string Expected(int? size) => size is { } n ? $"{n} values" : "known size";
}
