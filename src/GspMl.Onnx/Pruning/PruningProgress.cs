namespace GspMl.Onnx;

/// <summary>The steps of a pruning run; which of them happen, the options decide.</summary>
public enum PruningStep
{
    /// <summary>A weight's group is projected: its support is chosen.</summary>
    Projecting,

    /// <summary>A layer's outputs are disturbed, to see how much each filter counts for the model's outputs.</summary>
    Probing,

    /// <summary>A layer alone is pruned to several levels, to see what that does to the model's outputs.</summary>
    Measuring,

    /// <summary>A layer's remaining weights are fitted on calibration data.</summary>
    Fitting,
}

/// <summary>What a run with calibration data will take, told before the work.</summary>
/// <param name="Time">How long, by the speed of this machine at the moment; within a factor of two or so.</param>
/// <param name="Bytes">How much memory, beside what the process holds already.</param>
public sealed record PruningForecast(TimeSpan Time, long Bytes);

/// <summary>How far a pruning run is.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="Weight">To which weight.</param>
/// <param name="Done">Weights that this step has done.</param>
/// <param name="Count">Weights that it will do.</param>
public readonly record struct PruningProgress(PruningStep Step, PrunableWeight Weight, int Done, int Count)
{
    /// <summary>The part of the whole run's work that is done, in [0,1]; null where no forecast was made.</summary>
    public double? Fraction { get; init; }

    /// <summary>What the whole run will take; null where no forecast was made.</summary>
    public PruningForecast? Forecast { get; init; }
}
