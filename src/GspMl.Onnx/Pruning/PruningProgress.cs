namespace GspMl.Onnx;

/// <summary>The steps of a pruning run; which of them happen, the options decide.</summary>
public enum PruningStep
{
    /// <summary>A weight's group is projected: its support is chosen.</summary>
    Projecting,

    /// <summary>A layer alone is pruned to several levels, to see what that does to the model's outputs.</summary>
    Measuring,

    /// <summary>A layer's remaining weights are fitted on calibration data.</summary>
    Fitting,
}

/// <summary>How far a pruning run is.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="Weight">To which weight.</param>
/// <param name="Done">Weights that this step has done.</param>
/// <param name="Count">Weights that it will do.</param>
public readonly record struct PruningProgress(PruningStep Step, PrunableWeight Weight, int Done, int Count);
