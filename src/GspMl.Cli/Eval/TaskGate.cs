using System.CommandLine;
using GspMl.Cli.Shell;
using GspMl.Onnx;

namespace GspMl.Cli.Eval;

/// <summary>A limit for what outputs of some tasks are judged by.</summary>
/// <param name="Option">The option that sets it.</param>
/// <param name="Gate">What is limited, with its unit.</param>
/// <param name="Limit">The limit.</param>
/// <param name="IsLeast">Whether it is the least that passes; else the most.</param>
/// <param name="Value">What an output has of it; null where it is not judged so.</param>
/// <param name="Wanted">The outputs that it holds for.</param>
internal sealed record TaskGate(string Option, string Gate, double Limit, bool IsLeast, Func<OutputJudgement, double?> Value, string Wanted)
{
    /// <summary>Those that the command line sets.</summary>
    public static IEnumerable<TaskGate> Read(ParseResult parsed)
    {
        if (parsed.GetValue(QualityGates.MinCosine) is { } cosine)
            yield return new(QualityGates.MinCosine.Name, "cosine similarity", cosine, true,
                judgement => (judgement.Embedding?.Cosine ?? judgement.Map?.Cosine)?.Value, "an embedding or a map");
        if (parsed.GetValue(QualityGates.MaxRelativeError) is { } error)
            yield return new(QualityGates.MaxRelativeError.Name, "relative error in %", error, false,
                judgement => 100 * (judgement.Regression ?? judgement.Map?.Error)?.Relative.Value, "a regression or a map");
        if (parsed.GetValue(QualityGates.MinSameReading) is { } reading)
            yield return new(QualityGates.MinSameReading.Name, "same reading in %", reading, true,
                judgement => 100 * judgement.Sequence?.SameReading.Value, "a sequence");
        if (parsed.GetValue(QualityGates.MinMatchingBoxes) is { } boxes)
            yield return new(QualityGates.MinMatchingBoxes.Name, "matching boxes in %", boxes, true,
                judgement => 100 * judgement.Boxes?.MatchRate.Value, "boxes of a known layout");
    }

    /// <summary>The outcome for each output that it holds for.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public IReadOnlyList<GateOutcome> Judge(IReadOnlyList<OutputJudgement> outputs, double rounding)
    {
        var judged = outputs.Select(output => (output.Name, Value: Value(output))).Where(output => output.Value is not null).ToList();
        if (judged.Count == 0)
            throw CommandException.Usage($"{Option}: no output is {Wanted}. "
                + $"{string.Join("; ", outputs.Select(output => JudgementWords.Taken(output.Name, output.Task)))}. --task says otherwise.");
        return [.. judged.Select(output
            => new GateOutcome(outputs.Count == 1 ? Gate : $"{Gate} of '{output.Name}'", output.Value!.Value, Limit,
            Keeps(output.Value.Value, rounding)))];
    }

    private bool Keeps(double value, double rounding) => IsLeast ? value >= Limit - rounding : value <= Limit + rounding;
}
