namespace GspMl.ML.Rows;

/// <summary>What is wrong with a row, told by the exception that ML.NET's own components throw for a vector of the wrong length.</summary>
internal static class RowErrors
{
    private const string Mark = "GspMl.Row";

    /// <summary>The error of a row among the causes of an exception.</summary>
    public static Exception? Find(Exception? error)
    {
        while (error is not null && !error.Data.Contains(Mark)) error = error.InnerException;
        return error;
    }

    public static InvalidOperationException Length(string column, string row, int actual, int expected)
    {
        var values = actual == 0 ? "0 values (it is empty or null)" : $"{actual} values";
        return Marked($"Column '{column}', {row}: the row has {values}, but the column is a vector of {expected}.");
    }

    public static InvalidOperationException Slots(string column, string row, int slot, int before, int size)
    {
        var order = before < 0 ? $"it has slot {slot}" : $"it has slot {slot} after slot {before}";
        return Marked($"Column '{column}', {row}: the slots of a sparse row must rise within 0 to {size - 1}; {order}.");
    }

    public static InvalidOperationException Value(string column, string row, int slot, IReadOnlyList<string> names, float value)
    {
        var name = slot < names.Count ? $" ('{names[slot]}')" : "";
        var reason = float.IsFinite(value)
            ? "is negative. NormalizeMinMax(…, fixZero: false) before it gives values from 0 to 1"
            : "is not a finite number. ReplaceMissingValues before it fills up what is missing";
        return Marked($"Column '{column}', {row}, slot {slot}{name}: the value {value} {reason}.");
    }

    private static InvalidOperationException Marked(string message) => new(message) { Data = { [Mark] = true } };
}
