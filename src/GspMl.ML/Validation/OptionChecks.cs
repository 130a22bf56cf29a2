namespace GspMl.ML.Validation;

/// <summary>
/// Options outside their range are told as ML.NET tells them: <see cref="ArgumentOutOfRangeException"/> with the option's name. What is
/// null and must not be is an <see cref="ArgumentNullException"/>.
/// </summary>
internal static class OptionChecks
{
    public static void ColumnName(string name, string option)
    {
        ArgumentNullException.ThrowIfNull(name, option);
        Require(!string.IsNullOrWhiteSpace(name), option, "A column name must not be empty.");
    }

    public static void Require(bool condition, string option, string message)
    {
        if (!condition) throw new ArgumentOutOfRangeException(option, message);
    }

    public static void Distinct(IEnumerable<string> names, string option, string message)
    {
        var seen = new HashSet<string>();
        Require(names.All(seen.Add), option, message);
    }

    public static void Fraction(double value, string option)
    {
        if (!(value is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(option, value, "Must be in [0,1].");
    }

    public static void Positive(double value, string option)
    {
        if (!(value > 0) || !double.IsFinite(value)) throw new ArgumentOutOfRangeException(option, value, "Must be a positive number.");
    }

    public static void NotNegative(double value, string option)
    {
        if (!(value >= 0) || !double.IsFinite(value))
            throw new ArgumentOutOfRangeException(option, value, "Must be a number of at least 0.");
    }

    public static void NotNegative(TimeSpan? value, string option)
    {
        if (value < TimeSpan.Zero) throw new ArgumentOutOfRangeException(option, value, "A time must not be negative.");
    }

    public static void Defined<T>(T value, string option)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value)) throw new ArgumentOutOfRangeException(option, value, $"There is no {typeof(T).Name} of this value.");
    }

    public static void Weights(IReadOnlyList<float>? weights, string option)
    {
        if (weights is null) return;
        var valid = weights.All(w => float.IsFinite(w) && w >= 0) && weights.Any(w => w > 0);
        Require(valid, option, "Weights must be finite and at least 0, and not all 0.");
    }

    /// <summary>What is known when the data are.</summary>
    /// <exception cref="InvalidOperationException">There is not one weight for each slot.</exception>
    public static void WeightCount(IReadOnlyList<float>? weights, int slots, string column)
    {
        if (weights is not null && weights.Count != slots)
            throw new InvalidOperationException($"There are {weights.Count} weights for the {slots} slots of '{column}'.");
    }
}
