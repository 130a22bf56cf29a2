using GspMl.Onnx.Evaluation.Outputs;

namespace GspMl.Onnx;

/// <summary>One output of two models, compared as its task asks for.</summary>
public sealed record OutputJudgement
{
    /// <summary>The output's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is taken for, and why.</summary>
    public required TaskChoice Task { get; init; }

    /// <summary>Of an output of classes; else null.</summary>
    public ClassAgreement? Classes { get; init; }

    /// <summary>Of an embedding; else null.</summary>
    public EmbeddingSimilarity? Embedding { get; init; }

    /// <summary>Of a regression, and of boxes whose layout is not known; else null.</summary>
    public ValueError? Regression { get; init; }

    /// <summary>Of a sequence; else null.</summary>
    public SequenceAgreement? Sequence { get; init; }

    /// <summary>Of boxes; else null.</summary>
    public BoxAgreement? Boxes { get; init; }

    /// <summary>Of a map; else null.</summary>
    public MapAgreement? Map { get; init; }

    internal static OutputJudgement Of(OutputTensor baseline, OutputTensor candidate)
    {
        var choice = baseline.Task ?? TaskFinder.Find(baseline, ending: null);
        var judgement = new OutputJudgement { Name = baseline.Name, Task = choice };
        return choice.Task switch
        {
            OutputTask.Classes => judgement with { Classes = OfClasses(baseline, candidate, choice.Threshold) },
            OutputTask.Embedding => judgement with { Embedding = EmbeddingSimilarity.Of(baseline, candidate) },
            OutputTask.Sequence => judgement with { Sequence = SequenceAgreement.Of(baseline, candidate, choice) },
            OutputTask.Map => judgement with { Map = MapAgreement.Of(baseline, candidate, choice) },
            OutputTask.Boxes when BoxLayout.Find(baseline) is { } layout
                => judgement with { Boxes = BoxAgreement.Of(baseline, candidate, layout) },
            _ => judgement with { Regression = ValueError.Of(baseline, candidate) },
        };
    }

    private static ClassAgreement OfClasses(OutputTensor baseline, OutputTensor candidate, double? threshold)
        => ClassAgreement.Of(ClassReading.Of(baseline, threshold), ClassReading.Of(candidate, threshold));
}
