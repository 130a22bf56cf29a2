namespace GspMl.Benchmarks.RealModels.Judging;

/// <summary>What a model says on the test inputs, in the terms of what it is for.</summary>
internal interface IAnswers
{
    /// <summary>Compares with what the dense model says.</summary>
    IReadOnlyList<Measure> Against(IAnswers dense);
}

/// <summary>A number in a table.</summary>
/// <param name="Name">Its column.</param>
/// <param name="Value">A cosine or correlation, or a fraction that is shown in per cent.</param>
/// <param name="IsFraction">Which of the two.</param>
internal sealed record Measure(string Name, double Value, bool IsFraction = false)
{
    public override string ToString() => IsFraction ? $"{100 * Value:f1}" : $"{Value:f4}";
}
