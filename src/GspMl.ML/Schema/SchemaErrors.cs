namespace GspMl.ML.Schema;

/// <summary>The exceptions that ML.NET's own components throw for a schema that does not fit, in the same words.</summary>
internal static class SchemaErrors
{
    public static ArgumentOutOfRangeException Missing(string parameter, string column) =>
        new(parameter, $"Could not find input column '{column}'");

    public static ArgumentOutOfRangeException Mismatch(string parameter, string column, string actual, int? size = null) =>
        new(parameter, $"Schema mismatch for input column '{column}': expected a vector of {Expected(size)} of type Single, got {actual}"
            + Remedy(actual));

    /// <summary>What makes such a vector of what is there, where one transform does.</summary>
    private static string Remedy(string actual) => actual switch
    {
        _ when actual.Contains("Key<", StringComparison.Ordinal) => ". Conversion.MapKeyToVector makes one of keys",
        _ when actual.Contains(nameof(Double), StringComparison.Ordinal) || actual.Contains("Int", StringComparison.Ordinal)
            || actual.Contains(nameof(Byte), StringComparison.Ordinal) || actual.Contains(nameof(Boolean), StringComparison.Ordinal) =>
            ". Conversion.ConvertType(…, outputKind: DataKind.Single) makes one of it",
        "Single" => ". Concatenate makes one of numbers that stand alone",
        _ when actual.Contains("String", StringComparison.Ordinal) || actual.Contains("Text", StringComparison.Ordinal) =>
            ". TextTopics or Text.FeaturizeText makes one of text",
        _ => "",
    };

    private static string Expected(int? size) => size is { } n ? $"{n} values" : "known size";
}
