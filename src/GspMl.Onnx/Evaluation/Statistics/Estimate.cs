namespace GspMl.Onnx;

/// <summary>What was measured on the rows, and what they leave possible.</summary>
/// <param name="Value">The measure on the rows that were seen.</param>
/// <param name="Interval">Its 95 % confidence interval for rows like these; null where it takes more rows to tell.</param>
public readonly record struct Estimate(double Value, Interval? Interval);
