namespace GspMl.Onnx;

/// <summary>The steps of an evaluation.</summary>
public enum EvaluationStep
{
    /// <summary>The models run over all rows.</summary>
    Running,

    /// <summary>A latency is timed.</summary>
    Timing,

    /// <summary>The layers of two models are compared.</summary>
    Comparing,
}

/// <summary>How far an evaluation is.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="Done">Batches (of all models together) or rounds of timing that this step has done.</param>
/// <param name="Count">Those that it will do.</param>
public readonly record struct EvaluationProgress(EvaluationStep Step, int Done, int Count);
